import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { Clouds } from "../monitor/clouds";
import { engineService } from "../monitor/engine";
import { Monitor } from "../monitor/monitor";
import { Recording } from "../monitor/recording";
import { serve } from "../monitor/server";
import type { Demand } from "../../placement/demand";
import { pinsOf } from "../../placement/pins";
import { pinState } from "../placement/pinState";
import { demandsOf, hasUnplaced, placeProgram, withPins, type Placing } from "../placement/program";
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
    const project = readProject(request.directory);
    const overrides = request.overrides ?? { config: {} };
    const stack = readStack(project, request.stack, overrides.cloud);
    const given = readValues(request.values);
    const config = resolveConfig(project, stack, given, overrides);
    if (config.errors.length > 0) {
        const errors = config.errors.map((message) => ({ message }));
        return planOf({ project, stack, config, recording: new Recording() }, errors);
    }
    const first = await run(request, project, stack, given, config);
    const demands = demandsOf(first.recording);
    if (!hasUnplaced(first.recording)) {
        return documentOf(request, first, placed(demands, first), demands);
    }
    // Only the declarations are known so far: with places for all, the program shows its resources, and the mistakes
    // that depend on the place.
    const placing = placeProgram(demands, project, config);
    if ("errors" in placing) {
        return planOf(first, [...first.errors, ...placing.errors]);
    }
    const chosen = pinsOf(
        placing.placement,
        () => false,
        () => undefined,
    );
    const second = await run(request, project, stack, given, withPins(config, chosen));
    return documentOf(request, { ...second, config }, placing, demands);
}

/** One run of the program, and the mistakes that it showed. */
interface Run {
    readonly project: Project;
    readonly stack: Stack;
    readonly config: ResolvedConfig;
    readonly recording: Recording;
    readonly errors: readonly PlanError[];
}

/** A program that is invalid is not worth placing. */
function placed(demands: readonly Demand[], { project, config, errors }: Run): Placing | undefined {
    return demands.length === 0 || errors.length > 0 ? undefined : placeProgram(demands, project, config);
}

function documentOf(
    request: PlanRequest,
    run: Run,
    placing: Placing | undefined,
    demands: readonly Demand[],
): PlanDocument {
    const errors = placing && "errors" in placing ? [...run.errors, ...placing.errors] : run.errors;
    const document = {
        ...planOf(run, errors),
        ...(placing && "placement" in placing && errors.length === 0
            ? { placement: placing.placement, pins: pinState(demands, run.config) }
            : {}),
    };
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
