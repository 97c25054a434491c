import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { Clouds } from "../monitor/clouds";
import { engineService } from "../monitor/engine";
import { Monitor } from "../monitor/monitor";
import { Recording } from "../monitor/recording";
import { serve } from "../monitor/server";
import { failures } from "../program/failure";
import { runProgram } from "../program/run";
import { resolveConfig, type Overrides } from "../project/config";
import { readProject } from "../project/project";
import { readStack } from "../project/stack";
import { readValues } from "../project/values";
import { compare } from "./baseline";
import { planOf } from "./collect";
import type { PlanDocument } from "./document";
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
    const recording = new Recording();
    const subject = { project, stack, config, recording };
    if (config.errors.length > 0) {
        return planOf(
            subject,
            config.errors.map((message) => ({ message })),
        );
    }
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
        const document = planOf(subject, [...failed, ...mistakes(recording, clouds)]);
        return request.baseline === undefined
            ? document
            : { ...document, changes: compare(request.baseline, document) };
    } finally {
        monitor.close();
        server.stop();
    }
}
