import type { ChildProcess } from "node:child_process";

const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Ends a child process, by its id, whenever this process ends or is told to.
 *
 * @returns lets go of a child that has ended by itself
 */
export function endWithUs(child: ChildProcess): () => void {
    const kill = () => void child.kill("SIGKILL");
    const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
        const handler = () => {
            // Waiting for the end leaves no zombie behind where nothing else reaps.
            child.once("exit", () => process.exit(code));
            if (!child.kill("SIGKILL")) {
                process.exit(code);
            }
        };
        process.once(signal as NodeJS.Signals, handler);
        return [signal as NodeJS.Signals, handler] as const;
    });
    process.once("exit", kill);
    return () => {
        process.off("exit", kill);
        handlers.forEach(([signal, handler]) => process.off(signal, handler));
    };
}
