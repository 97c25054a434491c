import * as pulumi from "@pulumi/pulumi";
import { InvalidComponentError, type Problem } from "./validation/problem";

/** True while `barycenter plan` runs the program. Mistakes are then collected instead of ending it. */
export function planning(): boolean {
    return process.env.BARYCENTER_PLAN !== undefined;
}

let declared = 0;

/** What `barycenter plan` shows components in the order of: their registrations reach it in no fixed one. */
export function placeInProgram(): { order?: number } {
    return planning() ? { order: declared++ } : {};
}

/**
 * Ends the program with these mistakes, or tells `barycenter plan` of them, which goes on to find all others.
 *
 * @throws InvalidComponentError unless the program is only planned
 */
export function refuse(subject: string, problems: readonly Problem[], on?: pulumi.Resource): void {
    const error = new InvalidComponentError(subject, problems);
    if (!planning()) {
        throw error;
    }
    void pulumi.log.error(error.message, on);
}
