import type { Values } from "../../testing/values";
import type { PlanAssumption } from "../plan/document";
import { STACK_TYPE } from "../urn";

/** A resource that the program registered or read. */
export interface RecordedResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** Absent for the stack alone. */
    readonly parent?: string;
    /** Belongs to a provider, in contrast to a component. */
    readonly custom: boolean;
    /** Exists already and is only read. */
    readonly read: boolean;
    /** As they came over the wire, with their envelopes. */
    readonly inputs: Values;
    /** URN and id of its provider; empty for the default one. */
    readonly provider: string;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    /** Registered outputs of a component. */
    outputs?: Values;
}

export type Severity = "info" | "warning" | "error";

/** A message of the program, about one of its resources unless the URN is empty. */
export interface Message {
    readonly severity: Severity;
    readonly text: string;
    readonly urn: string;
}

/** Everything that a run of a program told its monitor. */
export class Recording {
    readonly resources = new Map<string, RecordedResource>();
    readonly messages: Message[] = [];
    private readonly duplicates = new Set<string>();
    private readonly assumed = new Map<string, PlanAssumption>();

    get assumptions(): readonly PlanAssumption[] {
        return [...this.assumed.values()];
    }

    get stack(): RecordedResource | undefined {
        return [...this.resources.values()].find((resource) => resource.type === STACK_TYPE);
    }

    /**
     * Keeps a resource; two of one URN are the mistake that the engine reports too. That of a component is told once,
     * though all its children have it.
     */
    add(resource: RecordedResource): void {
        if (this.resources.has(resource.urn)) {
            const known = this.duplicates.has(resource.parent ?? "") || this.duplicates.has(resource.urn);
            this.duplicates.add(resource.urn);
            if (known) {
                return;
            }
            const text = `Duplicate resource URN '${resource.urn}'; try giving it a unique name`;
            this.messages.push({ severity: "error", text, urn: resource.urn });
            return;
        }
        this.resources.set(resource.urn, resource);
    }

    /** Keeps an assumption once, however often it was made. */
    assume(assumption: PlanAssumption): void {
        this.assumed.set(`${assumption.kind}:${assumption.subject}`, assumption);
    }
}
