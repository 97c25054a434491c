import { SimulatedClouds } from "/work/main/testing";
import { Engine } from "/work/main/tests/support/engine/workspace";
import { quickstartStack, differences } from "/work/main/tests/faults/quickstart";
import { assertSucceeded } from "/work/main/tests/support/engine/assertions";
for (const cloud of ["aws","gcp","azure","kubernetes"] as const) it("x "+cloud, async function () {
  this.timeout(0);
  const clouds = await SimulatedClouds.start();
  const engine = await Engine.create({ clouds: clouds.environment });
  const stack = await quickstartStack(engine, cloud);
  const t=(l:string)=>console.log(cloud,l,((Date.now()-t0)/1000).toFixed(1)); let t0=Date.now();
  assertSucceeded(await stack.up()); t("up");
  console.log(clouds.calls().filter(c=>c.operation==="create").length);
  t0=Date.now();assertSucceeded(await stack.destroy()); t("destroy");
  for (const point of ["before","after"] as const) {
  t0=Date.now();
  let running: any;
  let killed=false;
  clouds.arm([{nth: 7, point, message: "killed", run: async (c)=>{ killed=true; console.log(c.name); await running.kill();}}]);
  running = await stack.start("up"); const r = await running.result; console.log(r.exitCode, killed); clouds.arm([]); t("killed");
  t0=Date.now(); await stack.cancel(); t("cancel");
  console.log(stack.pendingOperations().map(p=>p.resource.urn), differences(clouds, stack));
  t0=Date.now(); const n = await stack.up(); t("next "+n.exitCode); if (n.exitCode) console.log(n.stdout.slice(-1500));
  console.log(differences(clouds, stack));
  }
  await engine.stop(); await clouds.stop();
});
