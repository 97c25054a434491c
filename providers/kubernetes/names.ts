import type { NameRule } from "../names";

const OBJECT_NAMES = "kubernetes.io: Object Names and IDs (RFC 1123 label), read 2026-11";

/**
 * Names of objects, all of them fixed unless said otherwise: an object's name is part of its address, and a second
 * `up` after an interrupted one is told that the object exists, instead of making it twice. It isn't taken over
 * without a word (the provider's `upsertExistingObjects` is off): it may be another stack's. Fixed names don't break
 * create-before-replace here, since Kubernetes changes all but a few fields in place; the exceptions carry a hash.
 *
 * ConfigMaps with a federation's files are named by the engine: their data is immutable, so a change makes a new
 * one before the pods move to it.
 */
export const NAMES = {
    /** 63 less what KServe puts around it in the pods' label: `isvc.` and `-predictor`. */
    inferenceService: {
        maxLength: 48,
        characters: "dns",
        startsWithLetter: true,
        source: `${OBJECT_NAMES}; kserve/kserve:pkg/constants/constants.go GetRawServiceLabel`,
    },
    /** A CronJob appends 11 characters for its Jobs (52 of 63 are left). */
    cronJob: {
        maxLength: 52,
        characters: "dns",
        startsWithLetter: true,
        source: "kubernetes.io: CronJob limitations",
    },
    /** 52 less a hyphen and the hash of the immutable template; pods append an index of up to 6 digits and a suffix. */
    job: { maxLength: 43, characters: "dns", startsWithLetter: true, source: "kubernetes.io: Job pod names" },
    claim: { maxLength: 63, characters: "dns", startsWithLetter: true, source: OBJECT_NAMES },
} as const satisfies Record<string, NameRule>;
