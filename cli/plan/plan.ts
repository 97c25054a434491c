import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { Clouds } from "../monitor/clouds";
import { engineService } from "../monitor/engine";
import { Monitor } from "../monitor/monitor";
import { Recording } from "../monitor/recording";
import { serve } from "../monitor/server";
import { changesBetween, updatedPins } from "../../placement/pins";
import { pinState } from "../placement/pinState";
import { accountAt, demandsOf, driftIn, isOpen, placeProgram } from "../placement/program";
import { released, stackPins, withoutPins, withPins } from "../placement/stackPins";
import { writeUpdate } from "../placement/writePins";
import type { Demand } from "../../placement/demand";
import { failures } from "../program/failure";
import { runProgram } from "../program/run";
import { resolveConfig, type Overrides, type ResolvedConfig } from "../project/config";
import { readProject, type Project } from "../project/project";
import { readStack, type Stack } from "../project/stack";
import { readValues, type Values } from "../project/values";
import { compare } from "./baseline";
import { planOf } from "./collect";
import type { PlanDocument, PlanError } from "./document";
import { mistakes } from "./mistakes";

/** What `barycenter plan` is asked for. */
export interface PlanRequest {
    /** Folder of the program. */
    readonly directory: string;
    /** @default the only stack, else `dev` */
    readonly stack?: string;
    readonly overrides?: Overrides;
    /** File with what can't be found out offline. */
    readonly values?: string;
    /** Earlier plan, or a stack's exported state, to compare with. */
    readonly baseline?: string;
    /** Writes the decisions into the stack's file, and makes those of some components, by name, anew. */
    readonly pin?: { readonly repin: readonly string[] };
    /** Checks the program's types too, which takes some seconds. */
    readonly typecheck?: boolean;
    /** Keeps stack frames of packages in errors. */
    readonly wholeStack?: boolean;
    readonly onResource?: (count: number) => void;
    readonly onOutput?: (text: string) => void;
}

/**
 * Runs a program against simulated clouds and tells what it would make. Nothing is created, no network is used.
 *
 * @throws UsageError when the project, the stack or a file that the request names can't be used
 */
export async function plan(request: PlanRequest): Promise<PlanDocument> {
    return (await planProgram(request)).document;
}

/** A plan, and what the program's components declared of themselves. */
export interface PlannedProgram {
    readonly document: PlanDocument;
    readonly demands: readonly Demand[];
}

/** What {@link plan} does, with the declarations that it read. */
export async function planProgram(request: PlanRequest): Promise<PlannedProgram> {
    const project = readProject(request.directory);
    const overrides = request.overrides ?? { config: {} };
    const stack = readStack(project, request.stack, overrides.cloud, request.pin !== undefined);
    const given = readValues(request.values);
    const config = resolveConfig(project, stack, given, overrides);
    if (config.errors.length > 0) {
        const errors = config.errors.map((message) => ({ message }));
        return {
            document: planOf({ project, stack, config, recording: new Recording() }, errors),
            demands: [],
        };
    }
    const { repin = [] } = request.pin ?? {};
    const before = stackPins(project, config);
    const kept = withoutPins(config, repin);
    const pins = stackPins(project, kept);
    const first = await run(request, project, stack, given, kept);
    const found = demandsOf(first.recording);
    const demands = repin.length > 0 && first.errors.length === 0 ? released(found, repin, before) : found;
    const open = demands.some(isOpen);
    if (!open && (first.errors.length > 0 || found.length === 0)) {
        return { document: documentOf(request, first), demands };
    }
    // Only the declarations are known so far: with places for all, the program shows its resources, and the mistakes
    // that depend on the place.
    const placing = placeProgram(demands, project, config);
    if ("errors" in placing) {
        // What a component's own place breaks is told already, and is why nothing else fits.
        const more = placing.infeasible && first.errors.length > 0 ? [] : placing.errors;
        return { document: planOf(first, [...first.errors, ...more]), demands };
    }
    const after = updatedPins(pins, demands, placing.placement, (site) => accountAt(site, config));
    const again = open || (request.pin !== undefined && changesBetween(pins.own, after).length > 0);
    const last = again ? await run(request, project, stack, given, withPins(config, after)) : first;
    const document = documentOf(request, { ...last, config });
    if (document.errors.length > 0) {
        return { document, demands };
    }
    const state = pinState(demands, pins);
    const written = request.pin && writeUpdate(project, stack, before.own, after);
    const drift = open || isTried(overrides) ? undefined : driftIn(placing, demands);
    return {
        demands,
        document: {
            ...document,
            placement: placing.placement,
            pins: written ? { unpinned: [], stale: [], broken: [], written } : state,
            ...(drift ? { drift } : {}),
        },
    };
}

/** Whether the command line looks at another place than the stack's. */
function isTried({ cloud, region }: Overrides): boolean {
    return cloud !== undefined || region !== undefined;
}

/** One run of the program, and the mistakes that it showed. */
interface Run {
    readonly project: Project;
    readonly stack: Stack;
    readonly config: ResolvedConfig;
    readonly recording: Recording;
    readonly errors: readonly PlanError[];
}

function documentOf(request: PlanRequest, run: Run): PlanDocument {
    const document = planOf(run, run.errors);
    return request.baseline === undefined
        ? document
        : { ...document, changes: compare(request.baseline, document) };
}

async function run(
    request: PlanRequest,
    project: Project,
    stack: Stack,
    given: Values,
    config: ResolvedConfig,
): Promise<Run> {
    const recording = new Recording();
    config.assumptions.forEach((assumption) => recording.assume(assumption));
    const clouds = new Clouds(recording, config.values);
    const monitor = new Monitor({
        project: project.name,
        stack: stack.name,
        recording,
        clouds,
        given,
        ...(request.onResource ? { onResource: request.onResource } : {}),
    });
    const server = await serve([
        [ResourceMonitorService, monitor.service],
        [EngineService, engineService(recording)],
    ]);
    try {
        const end = await runProgram({
            project,
            stack,
            config,
            address: server.address,
            typecheck: request.typecheck ?? false,
            onOutput: request.onOutput ?? (() => undefined),
        });
        const failed = failures(recording, end, project, request.wholeStack ?? false);
        return { project, stack, config, recording, errors: [...failed, ...mistakes(recording, clouds)] };
    } finally {
        monitor.close();
        server.stop();
    }
}
