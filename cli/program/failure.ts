import { stripVTControlCharacters } from "node:util";
import type { Recording } from "../monitor/recording";
import type { PlanError } from "../plan/document";
import type { Project } from "../project/project";
import type { ProgramEnd } from "./run";

/**
 * Why a program failed, in its own words: what it logged as errors, else what it wrote last. Empty when it ended
 * well.
 *
 * @param wholeStack keeps stack frames of packages too
 */
export function failures(
    recording: Recording,
    end: ProgramEnd,
    project: Project,
    wholeStack: boolean,
): readonly PlanError[] {
    const logged = recording.messages
        .filter((message) => message.severity === "error")
        .map(({ text, urn }): PlanError => ({
            ...(urn === "" ? {} : { urn }),
            message: wholeStack ? stripVTControlCharacters(text) : withOwnFrames(text, project),
        }));
    if (logged.length > 0 || end.code === 0) {
        return logged;
    }
    const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
    return [{ message: [`the program ended with ${how}`, end.lastWords].filter(Boolean).join("\n") }];
}

const FRAME = /^\s+at .*?(?:\(|\s)(?:file:\/\/)?((?:[A-Za-z]:)?[\\/].*?|node:.*?):\d+:\d+\)?.*$/;

/** Leaves of an error's stack what stands in the user's own files. */
function withOwnFrames(text: string, project: Project): string {
    const own = (file: string) => file.startsWith(project.root) && !/[\\/]node_modules[\\/]/.test(file);
    return stripVTControlCharacters(text)
        .split("\n")
        .filter((line) => {
            const file = FRAME.exec(line)?.[1];
            return file === undefined ? !/^\s+at (?:<anonymous>|new Promise)/.test(line) : own(file);
        })
        .join("\n")
        .trimEnd();
}
