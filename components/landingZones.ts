import type { ObjectEntries } from "valibot";
import { parseSite } from "../placement/site";
import type { LandingZone } from "../providers/site";
import { stackConfig } from "./stackConfig";
import { show, type Problem } from "./validation/problem";
import { check, fields, input, listOf, mapOf, optional, text } from "./validation/schema";

/** What a landing zone may say, in the configuration and in `site()`. */
export const zoneFields = {
    account: optional(text()),
    role: optional(text()),
    network: optional(text()),
    subnets: optional(listOf(text())),
    resourceGroup: optional(text()),
    registry: optional(text()),
    encryptionKey: optional(text()),
    dnsZone: optional(text()),
    tags: optional(mapOf(text())),
    kubeconfig: optional(input(text())),
    machineLearningWorkspace: optional(text()),
} satisfies ObjectEntries;

const zoneSchema = fields(zoneFields);

/** The stack's `barycenter:sites`: landing zones by site, and what is wrong with them. */
export function landingZones(): { zones: Record<string, LandingZone>; problems: Problem[] } {
    const given = stackConfig("sites") ?? {};
    const path = "barycenter:sites";
    if (typeof given !== "object" || Array.isArray(given)) {
        return {
            zones: {},
            problems: [{ path, message: `${show(given)} is not a map from sites to landing zones` }],
        };
    }
    const problems: Problem[] = [];
    for (const [id, zone] of Object.entries(given)) {
        const parsed = parseSite(id);
        if ("reason" in parsed) {
            problems.push({ path: `${path}.${id}`, message: `is no site: ${parsed.reason}` });
        }
        problems.push(
            ...check(zoneSchema, zone).map((problem) => ({
                path: [path, id, problem.path].filter(Boolean).join("."),
                message: problem.message,
            })),
        );
    }
    return { zones: given as Record<string, LandingZone>, problems };
}
