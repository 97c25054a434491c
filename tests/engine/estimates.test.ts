import assert from "node:assert/strict";
import { GpuCluster, InferenceService, ModelStore, stackCost } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { attached, configOn, OPERATORS } from "./clouds";

async function program() {
    const weights = new ModelStore("weights", { sizeGiB: 1000 });
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: "T4" } },
        controlPlane: OPERATORS,
    });
    const chat = new InferenceService("chat", {
        model: weights.model("llama"),
        server: "vllm",
        accelerator: "T4",
        runOn: cluster,
    });
    return { whole: stackCost(), store: weights.monthlyCost, service: chat.monthlyCost };
}

describe("the monthly cost", function () {
    this.timeout(240_000);
    const at = attached();

    it("is told once for each component and once for all in a preview, and not in an up", async () => {
        const stack = await at.engine.inline("estimates", "dev", program, configOn("aws"));
        const preview = await stack.preview();
        assertSucceeded(preview);
        const told = preview.diagnostics
            .map(({ message }) => message)
            .filter((text) => /\$\d+ a month/.test(text));
        assert.equal(told.length, 4, told.join("\n"));
        assert.equal(told.filter((text) => /in all/.test(text)).length, 1);
        assert.equal(
            told.filter((text) => /about \$2[0-9] a month at aws/.test(text)).length,
            1,
            told.join("\n"),
        );
        const up = await stack.up();
        assertSucceeded(up);
        assert.deepEqual(
            up.diagnostics.filter(({ message }) => /a month/.test(message)),
            [],
        );
        assertNoChanges(await stack.up());
        assertSucceeded(await stack.destroy());
    });

    it("is not told when the stack turns it off", async () => {
        const config = { ...configOn("aws"), "barycenter:showCost": "false" };
        const stack = await at.engine.inline("estimates", "quiet", program, config);
        const preview = await stack.preview();
        assertSucceeded(preview);
        assert.deepEqual(
            preview.diagnostics.filter(({ message }) => /a month/.test(message)),
            [],
        );
    });

    /** What the preview tells of the service, in dollars a month. */
    async function toldOfService(
        name: string,
        placement: object,
    ): Promise<{ dollars: number; texts: string[] }> {
        const config = { ...configOn("aws"), "barycenter:placement": JSON.stringify(placement) };
        const stack = await at.engine.inline("estimates", name, program, config);
        const preview = await stack.preview();
        assertSucceeded(preview);
        const texts = preview.diagnostics.map(({ message }) => message);
        const service = preview.diagnostics.find(
            ({ urn = "", message }) => urn.includes("InferenceService") && /a month/.test(message),
        );
        return { dollars: Number(/\$([\d,]+)/.exec(service?.message ?? "")?.[1]?.replace(/,/g, "")), texts };
    }

    it("is by the discounts that the stack says", async () => {
        const list = await toldOfService("list", {});
        const half = await toldOfService("half", { discounts: [{ at: "aws", family: "g4dn.", share: 0.5 }] });
        assert.ok(
            half.dollars > 0 && half.dollars < list.dollars * 0.7,
            `${half.dollars} of ${list.dollars}`,
        );
    });

    it("is by the package's own prices, with a warning, where the stack's catalogue can't be read", async () => {
        const list = await toldOfService("own", {});
        const missing = await toldOfService("missing", { catalog: "nowhere.json" });
        assert.equal(missing.dollars, list.dollars);
        assert.ok(missing.texts.some((text) => /package's own prices.*nowhere\.json/.test(text)));
    });
});
