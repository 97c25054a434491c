const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface Field {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    /** Names of the values, from the least on. */
    readonly names?: readonly string[];
}

/** Fields as Kubernetes reads them (robfig/cron v3, ParseStandard): Sunday is 0 alone. */
const FIELDS: readonly Field[] = [
    { name: "minute", min: 0, max: 59 },
    { name: "hour", min: 0, max: 23 },
    { name: "day of the month", min: 1, max: 31 },
    { name: "month", min: 1, max: 12, names: MONTHS },
    { name: "day of the week", min: 0, max: 6, names: DAYS },
];

const MACRO = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;

/** Why Kubernetes would refuse a schedule; undefined when it takes it. */
export function cronProblem(schedule: string): string | undefined {
    if (MACRO.test(schedule)) {
        return undefined;
    }
    const parts = schedule.split(/\s+/).filter(Boolean);
    if (parts.length !== FIELDS.length) {
        return `it needs five fields, from the minute to the day of the week, and has ${parts.length}`;
    }
    return FIELDS.map((field, index) => fieldProblem(field, parts[index] ?? "")).find(Boolean);
}

function fieldProblem(field: Field, text: string): string | undefined {
    const sound = text.split(",").every((item) => isItem(field, item));
    return sound ? undefined : `'${text}' is no ${field.name}, which is from ${field.min} to ${field.max}`;
}

/** `*`, `5`, `1-5`, each perhaps with `/2`. */
function isItem(field: Field, item: string): boolean {
    const [range = "", step, ...rest] = item.split("/");
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
        return false;
    }
    if (range === "*" || range === "?") {
        return true;
    }
    const ends = range.split("-").map((end) => valueOf(field, end));
    const [first = NaN, last = first] = ends;
    return ends.length <= 2 && field.min <= first && first <= last && last <= field.max;
}

function valueOf({ min, names = [] }: Field, text: string): number {
    const named = names.indexOf(text.toLowerCase());
    return named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : NaN;
}
