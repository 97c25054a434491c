import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { CloudOptions, Clouds } from "./clouds";
import type { Call, Fault } from "./faults";
import type { CloudResource } from "./store";

/** What the parent asks of the clouds' process. */
export type Request =
    | { readonly id: number; readonly ask: "start"; readonly options: CloudOptions }
    | { readonly id: number; readonly ask: "arm"; readonly faults: readonly Fault[] }
    | { readonly id: number; readonly ask: "resources" | "calls" };

/** How the clouds' process answers. */
export interface Answer {
    readonly id: number;
    readonly value?: unknown;
    readonly error?: string;
}

/**
 * Simulated clouds in a process of their own, so that engine and clouds can be killed apart. Faults with
 * functions (`when`, `run`) can't be sent there.
 */
export class CloudProcess implements Clouds {
    private asked = 0;
    private readonly waiting = new Map<
        number,
        { resolve: (value: unknown) => void; reject: (error: Error) => void }
    >();

    private constructor(
        private readonly child: ChildProcess,
        /** What the Pulumi engine needs in its environment to use these clouds. */
        public environment: Readonly<Record<string, string>>,
    ) {
        child.on("message", (answer: Answer) => this.answered(answer));
        child.on("exit", (code, signal) =>
            this.ended(`the simulated clouds ended (${signal ?? `code ${code}`})`),
        );
    }

    /** Starts the process and waits until it serves. */
    static async start(options: CloudOptions = {}): Promise<CloudProcess> {
        const entry = require.resolve("./main");
        // From sources, the child needs the same loader as we do.
        const loader = entry.endsWith(".ts") ? ["--require", require.resolve("tsx/cjs")] : [];
        const child = fork(entry, [], { execArgv: loader, stdio: ["ignore", "ignore", "inherit", "ipc"] });
        const clouds = new CloudProcess(child, {});
        clouds.environment = (await clouds.request({ ask: "start", options })) as Record<string, string>;
        return clouds;
    }

    /** The process, to kill it. */
    get pid(): number {
        return this.child.pid ?? 0;
    }

    async resources(): Promise<CloudResource[]> {
        return (await this.request({ ask: "resources" })) as CloudResource[];
    }

    async calls(): Promise<Call[]> {
        return (await this.request({ ask: "calls" })) as Call[];
    }

    /** Forgets the calls so far and replaces the faults, whose counts begin anew. */
    async arm(faults: readonly Fault[]): Promise<void> {
        await this.request({ ask: "arm", faults });
    }

    /** Ends the process; nothing happens when it is gone already. */
    async stop(): Promise<void> {
        if (this.child.exitCode === null && this.child.signalCode === null) {
            const gone = once(this.child, "exit");
            this.child.kill("SIGTERM");
            await gone;
        }
    }

    private async request(request: DistributiveOmit<Request, "id">): Promise<unknown> {
        const id = ++this.asked;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.child.send({ ...request, id }, (error) => error && reject(error));
        });
    }

    private answered({ id, value, error }: Answer): void {
        const waiting = this.waiting.get(id);
        this.waiting.delete(id);
        if (error === undefined) {
            waiting?.resolve(value);
        } else {
            waiting?.reject(new Error(error));
        }
    }

    private ended(reason: string): void {
        this.waiting.forEach(({ reject }) => reject(new Error(reason)));
        this.waiting.clear();
    }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
