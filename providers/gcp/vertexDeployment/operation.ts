import { VertexError, type VertexApi } from "./api";

/** A long-running operation as the API answers it. */
export interface Operation {
    readonly name?: string;
    readonly done?: boolean;
    readonly error?: { readonly code?: number; readonly message?: string };
    readonly response?: unknown;
}

/** Waits, so that tests need not. */
export type Wait = (milliseconds: number) => Promise<void>;

export const wait: Wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const FIRST_POLL = 500;
const SLOWEST_POLL = 20_000;

/** Google gives up on a deployment after two hours. */
const PATIENCE = 2.5 * 60 * 60 * 1000;

/**
 * Waits until an operation is done.
 *
 * @throws VertexError when it failed, or is not done in time
 */
export async function settle(api: VertexApi, started: Operation, pause: Wait): Promise<Operation> {
    let operation = started;
    let interval = FIRST_POLL;
    for (let waited = 0; operation.done !== true; waited += interval) {
        if (operation.name === undefined) {
            throw new VertexError(0, "Vertex AI started an operation without a name");
        }
        if (waited > PATIENCE) {
            throw new VertexError(
                0,
                `${operation.name} is not done after ${Math.round(waited / 60_000)} minutes`,
            );
        }
        await pause(interval);
        interval = Math.min(interval * 1.5, SLOWEST_POLL);
        operation = await api.call<Operation>("GET", operation.name);
    }
    if (operation.error !== undefined) {
        throw new VertexError(
            operation.error.code ?? 0,
            `${operation.name ?? "operation"}: ${operation.error.message ?? "failed"}`,
        );
    }
    return operation;
}

/** The answer, or undefined where the thing asked for does not exist. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof VertexError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}
