import type * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type Call, type Fault, FaultPlan } from "./faults";
import { grpcJs } from "./grpc";
import { type Observer, ProviderServer } from "./provider";
import { type PackageName, packageNames } from "./schema/types";
import { Simulator } from "./simulator";
import { type CloudResource, Store } from "./store";

/** How to start simulated clouds. */
export interface CloudOptions {
    /**
     * File that keeps what exists, so that clouds that were stopped or killed go on with it.
     * @default what exists is gone when they stop
     */
    readonly state?: string;
    /** What goes wrong. @default nothing */
    readonly faults?: readonly Fault[];
    /** Which packages to serve; the engine loads its own plugins for the others. @default all four */
    readonly packages?: readonly PackageName[];
}

/** A way to reach simulated clouds, in this process or in one of their own. */
export interface Clouds {
    /** What the Pulumi engine needs in its environment to use these clouds. */
    readonly environment: Readonly<Record<string, string>>;
    /** Everything that exists, oldest first. */
    resources(): CloudResource[] | Promise<CloudResource[]>;
    /** Every call of the engine since the start, in the order in which they began. */
    calls(): Call[] | Promise<Call[]>;
    /** Ends the servers. What exists stays in the state file. */
    stop(): Promise<void>;
}

/**
 * Simulated AWS, Google Cloud, Azure and Kubernetes for the real Pulumi engine, in this process. They listen on
 * 127.0.0.1 only.
 *
 * @example
 * const clouds = await SimulatedClouds.start();
 * const stack = await LocalWorkspace.createOrSelectStack(program, { envVars: { ...clouds.environment } });
 * await stack.up();
 * assert.equal(clouds.resources().length, 12);
 * await clouds.stop();
 */
export class SimulatedClouds implements Clouds, Observer {
    /** The clouds themselves, to look into or to change behind the program's back. */
    readonly simulator: Simulator;
    private readonly servers: grpc.Server[] = [];
    private readonly ports: string[] = [];
    private readonly log: Call[] = [];
    private readonly counts = new Map<Call["operation"], number>();
    private plan: FaultPlan;

    private constructor(options: CloudOptions) {
        this.simulator = new Simulator(new Store(options.state));
        this.plan = new FaultPlan(options.faults ?? []);
    }

    /** Starts the servers. */
    static async start(options: CloudOptions = {}): Promise<SimulatedClouds> {
        const clouds = new SimulatedClouds(options);
        for (const name of options.packages ?? packageNames) {
            clouds.ports.push(`${name}:${await clouds.serve(name)}`);
        }
        return clouds;
    }

    get environment(): Readonly<Record<string, string>> {
        return {
            PULUMI_DEBUG_PROVIDERS: this.ports.join(","),
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
    }

    resources(): CloudResource[] {
        return this.simulator.store.all();
    }

    calls(): Call[] {
        return [...this.log];
    }

    /** Forgets the calls so far and replaces the faults, whose counts begin anew. */
    arm(faults: readonly Fault[]): void {
        this.log.length = 0;
        this.counts.clear();
        this.plan = new FaultPlan(faults);
    }

    async stop(): Promise<void> {
        this.servers.splice(0).forEach((server) => server.forceShutdown());
        this.simulator.store.close();
    }

    /** Part of the servers' side: a call begins. */
    begin(begun: Omit<Call, "nth" | "error">): { readonly call: Call; readonly faults: readonly Fault[] } {
        const nth = (this.counts.get(begun.operation) ?? 0) + 1;
        this.counts.set(begun.operation, nth);
        const call: Call = { ...begun, nth };
        this.log.push(call);
        return { call, faults: this.plan.strikes(call) };
    }

    /** Part of the servers' side: a call ends. */
    end(call: Call, error?: string): void {
        if (error !== undefined) {
            this.log[this.log.indexOf(call)] = { ...call, error };
        }
    }

    private async serve(name: PackageName): Promise<number> {
        // Large charts and policies exceed gRPC's 4 MiB.
        const server = new grpcJs.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
        server.addService(ResourceProviderService, new ProviderServer(name, this.simulator, this).service());
        this.servers.push(server);
        return new Promise((resolve, reject) => {
            server.bindAsync("127.0.0.1:0", grpcJs.ServerCredentials.createInsecure(), (error, port) =>
                error ? reject(error) : resolve(port),
            );
        });
    }
}
