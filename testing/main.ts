import { SimulatedClouds } from "./clouds";
import type { Answer, Request } from "./process";

/** The entry of a process of simulated clouds; see {@link CloudProcess}. It ends with its parent. */
let clouds: SimulatedClouds | undefined;

async function serve(request: Request): Promise<unknown> {
    switch (request.ask) {
        case "start":
            clouds = await SimulatedClouds.start(request.options);
            return clouds.environment;
        case "arm":
            clouds?.arm(request.faults);
            return undefined;
        case "resources":
            return clouds?.resources();
        case "calls":
            return clouds?.calls();
    }
}

process.on("message", (request: Request) => {
    serve(request).then(
        (value) => process.send?.({ id: request.id, value } satisfies Answer),
        (error: Error) => process.send?.({ id: request.id, error: error.message } satisfies Answer),
    );
});
process.on("disconnect", () => process.exit(0));
