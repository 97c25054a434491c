/** What the engine asked of a simulated cloud. `preview` is a create or update that only asks what would be. */
export type Operation = "check" | "diff" | "preview" | "create" | "read" | "update" | "delete" | "invoke";

/** One call of the engine. */
export interface Call {
    readonly operation: Operation;
    /** The type token of the resource, or of the function for an invoke. */
    readonly type: string;
    /** The resource's name in the program. */
    readonly name: string;
    readonly urn: string;
    /** The resource's id, once it has one. */
    readonly id?: string;
    /** Counts the calls of this operation, from 1. */
    readonly nth: number;
    /** What the call failed with. */
    readonly error?: string;
}

/**
 * Something that goes wrong. A fault applies to the calls that match all of `on`, `type`, `name` and `when`;
 * `nth` picks one of those.
 */
export interface Fault {
    /** @default "create" */
    readonly on?: Operation | readonly Operation[];
    /** A type token; `*` stands for any characters, as in `aws:eks/*`. */
    readonly type?: string;
    /** A name in the program; `*` stands for any characters. */
    readonly name?: string;
    /** Any other condition. Not for clouds in a process of their own. */
    readonly when?: (call: Call) => boolean;
    /** Which of the matching calls, from 1. @default every one */
    readonly nth?: number;
    /**
     * When it strikes: `before` anything has happened; `after` it has, so that only the answer is lost; or
     * `unready`: the thing exists, is recorded by the engine and never became ready.
     * @default "before"
     */
    readonly point?: "before" | "after" | "unready";
    /** The error the engine gets; without it, and without `kill`, the call is only delayed. */
    readonly message?: string;
    /** Milliseconds to wait first. */
    readonly delay?: number;
    /** A process to end with SIGKILL, which leaves the call unanswered; "clouds" is the clouds' own process. */
    readonly kill?: number | "clouds";
    /** Anything else to do at that point. Not for clouds in a process of their own. */
    readonly run?: (call: Call) => void | Promise<void>;
}

/** An error that a fault injected. */
export class InjectedError extends Error {}

/** Decides which faults strike which calls. */
export class FaultPlan {
    private readonly armed: { readonly fault: Fault; seen: number }[];

    constructor(faults: readonly Fault[]) {
        this.armed = faults.map((fault) => ({ fault, seen: 0 }));
    }

    /** The faults that strike a call; counts it. */
    strikes(call: Call): Fault[] {
        return this.armed
            .filter((each) => matches(each.fault, call))
            .filter((each) => {
                each.seen++;
                return each.fault.nth === undefined || each.fault.nth === each.seen;
            })
            .map((each) => each.fault);
    }
}

/** Lets faults strike. @throws InjectedError with the first fault's message. */
export async function strike(faults: readonly Fault[], call: Call): Promise<void> {
    for (const fault of faults) {
        if (fault.delay !== undefined) {
            await new Promise((resolve) => setTimeout(resolve, fault.delay));
        }
        await fault.run?.(call);
        if (fault.kill !== undefined) {
            process.kill(fault.kill === "clouds" ? process.pid : fault.kill, "SIGKILL");
            // The signal takes effect between this and the answer, which must not be sent any more.
            await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        if (fault.message !== undefined) {
            throw new InjectedError(fault.message);
        }
    }
}

function matches(fault: Fault, call: Call): boolean {
    const operations = fault.on === undefined ? ["create"] : [fault.on].flat();
    return (
        operations.includes(call.operation) &&
        (fault.type === undefined || wildcard(fault.type).test(call.type)) &&
        (fault.name === undefined || wildcard(fault.name).test(call.name)) &&
        (fault.when === undefined || fault.when(call))
    );
}

function wildcard(pattern: string): RegExp {
    const literal = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);
}
