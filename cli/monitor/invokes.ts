import type { Value, Values } from "../../testing/values";
import type { Values as GivenValues } from "../project/values";
import type { Clouds } from "./clouds";
import type { Recording } from "./recording";

/** Functions whose answer follows from their arguments alone, so that nothing is assumed. */
const PURE = new Set(["aws:iam/getPolicyDocument:getPolicyDocument", "kubernetes:yaml:decode"]);

/**
 * Answers the functions (invokes and methods) that a program calls. The plain form of a function needs real values
 * and looks the same on the wire as the form that returns an Output, so the simulated clouds answer both.
 */
export class Invokes {
    constructor(
        private readonly clouds: Clouds,
        private readonly given: GivenValues["invokes"],
        private readonly recording: Recording,
    ) {}

    /** @throws Error when nothing can answer */
    answer(token: string, args: Values, provider: string): Values {
        if (token === "pulumi:pulumi:getResource") {
            return this.resource(String(args.urn));
        }
        const given = this.given[token] ?? this.given[shortToken(token)];
        if (given !== undefined) {
            return given as Values;
        }
        const answer = this.clouds.answer(token, args, provider);
        if (answer === undefined) {
            throw new Error(
                `a plan can't ask ${token} offline: give its answer with --values, under invokes`,
            );
        }
        if (!PURE.has(token)) {
            this.recording.assume({
                kind: "invoke",
                subject: token,
                text: `${shortToken(token)} was answered by the simulated cloud${excerpt(answer)}; --values can answer it`,
            });
        }
        return answer;
    }

    /** A resource of this program that came back as a reference. */
    private resource(urn: string): Values {
        const found = this.recording.resources.get(urn);
        if (!found) {
            throw new Error(`unknown resource ${urn}`);
        }
        return {
            urn,
            id: "",
            state: found.custom ? this.clouds.outputs(found.type, found.inputs) : (found.outputs ?? {}),
        };
    }
}

/** `aws:index/getCallerIdentity:getCallerIdentity` as people call it: `aws:getCallerIdentity`. */
function shortToken(token: string): string {
    const [pkg = "", module = "", member = ""] = token.split(":");
    const folder = module.includes("/") ? module.slice(0, module.lastIndexOf("/")) : module;
    return [pkg, folder === "index" ? "" : folder, member].filter(Boolean).join(":");
}

/** The first plain values of an answer, so that a reader sees what was assumed. */
function excerpt(answer: Values): string {
    const plain = (value: Value) => typeof value === "string" && value.length > 0 && value.length <= 40;
    const shown = Object.entries(answer)
        .filter(([key, value]) => key !== "id" && plain(value))
        .slice(0, 2)
        .map(([key, value]) => `${key} ${String(value)}`);
    return shown.length > 0 ? ` (${shown.join(", ")})` : "";
}
