const UNIT: Record<string, number> = { Ki: 2 ** -20, Mi: 2 ** -10, Gi: 1, Ti: 2 ** 10 };

/** GiB of an amount of memory such as `16Gi` or `512Mi`; plain numbers are bytes. */
export function gibibytes(memory: string): number {
    const unit = UNIT[memory.slice(-2)];
    return unit === undefined ? Number(memory) / 2 ** 30 : Number(memory.slice(0, -2)) * unit;
}

/** vCPU of an amount such as `4` or `500m`. */
export function cores(cpu: string): number {
    return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}
