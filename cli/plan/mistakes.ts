import { packageOf } from "../../testing/schema/types";
import { reveal, valuesAt, type Values } from "../../testing/values";
import type { Clouds } from "../monitor/clouds";
import type { RecordedResource, Recording } from "../monitor/recording";
import { parseUrn, shortType, STACK_TYPE } from "../urn";
import { declaredOrder, inProgramOrder } from "./collect";
import type { PlanError } from "./document";

/**
 * Every mistake that a run shows although the program went through: arguments that components refused, components
 * that could not be looked at because of those, and inputs that a cloud would refuse.
 */
export function mistakes(recording: Recording, clouds: Clouds): readonly PlanError[] {
    const resources = inProgramOrder([...recording.resources.values()], declaredOrder);
    const found = resources.flatMap((resource) => {
        if (!resource.custom) {
            return refusedArguments(resource);
        }
        noteUnchecked(resource, recording);
        const refusals = resource.read ? [] : clouds.refusals(resource);
        return refusals.length === 0 ? [] : [{ urn: resource.urn, message: listed(resource, refusals) }];
    });
    return [...found, ...resources.flatMap(notLookedAt)];
}

/** Components register what was refused instead of throwing while `BARYCENTER_PLAN` is set (components/declaration.ts). */
function refusedArguments(resource: RecordedResource): PlanError[] {
    const problems = valuesAt(ownInputs(resource), "problems[*]") as { path?: string; message?: string }[];
    const texts = problems.map(({ path, message }) => [path, message].filter(Boolean).join(": "));
    const pins = problems.every(({ path }) => path?.startsWith("barycenter:pins"));
    return texts.length === 0
        ? []
        : [{ urn: resource.urn, message: listed(resource, texts), ...(pins ? { pins } : {}) }];
}

/** A component without problems of its own can't be judged while one that it uses has some. */
function notLookedAt(resource: RecordedResource): PlanError[] {
    const message = `${titleOf(resource.urn)} was not looked at, because a component that it uses has problems`;
    return ownInputs(resource).skipped === true ? [{ urn: resource.urn, message }] : [];
}

/** Inputs of one of this package's components. */
function ownInputs(resource: RecordedResource): Values {
    return resource.type.startsWith("barycenter:") ? (reveal(resource.inputs) as Values) : {};
}

function listed(resource: RecordedResource, problems: readonly string[]): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    return `${titleOf(resource.urn)} has ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
}

function titleOf(urn: string): string {
    const { type, name } = parseUrn(urn);
    return `${shortType(type)} '${name}'`;
}

/** Resources of packages without a simulated cloud may hold mistakes that a plan can't see. */
function noteUnchecked(resource: RecordedResource, recording: Recording): void {
    const [pkg = ""] = resource.type.split(":");
    if (pkg !== "pulumi" && packageOf(resource.type) === undefined && resource.type !== STACK_TYPE) {
        recording.assume({
            kind: "unchecked",
            subject: pkg,
            text:
                pkg === "pulumi-nodejs"
                    ? "dynamic resources are listed but not checked"
                    : `resources of the package ${pkg} are listed but not checked`,
        });
    }
}
