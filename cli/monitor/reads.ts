import { unknownValue, type Values } from "../../testing/values";
import type { Values as GivenValues } from "../project/values";
import type { Recording } from "./recording";

const STACK_REFERENCE = "pulumi:pulumi:StackReference";

/** The state of something that exists already: what the program says of it, and for a stack what the user gives. */
export function readState(
    read: { readonly type: string; readonly id: string; readonly properties: Values },
    given: GivenValues["stackReferences"],
    recording: Recording,
): Values {
    if (read.type !== STACK_REFERENCE) {
        return read.properties;
    }
    // Users say a stack by its whole name or by its last part.
    const outputs = given[read.id] ?? given[read.id.slice(read.id.lastIndexOf("/") + 1)];
    if (outputs !== undefined) {
        return { name: read.id, outputs: outputs as Values, secretOutputNames: [] };
    }
    recording.assume({
        kind: "stackReference",
        subject: read.id,
        text: `the outputs of stack ${read.id} are unknown; --values can give them`,
    });
    return { name: read.id, outputs: unknownValue, secretOutputNames: unknownValue };
}
