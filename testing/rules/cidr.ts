/** An IPv4 block. */
export interface Block {
    readonly first: number;
    readonly bits: number;
}

/** Reads "10.0.0.0/16"; undefined when it is no IPv4 block or its address is not the block's first. */
export function parseBlock(text: string): Block | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
    if (!match) {
        return undefined;
    }
    const [a, b, c, d, bits] = match.slice(1).map(Number);
    if (Math.max(a, b, c, d) > 255 || bits > 32) {
        return undefined;
    }
    const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    return first % 2 ** (32 - bits) === 0 ? { first, bits } : undefined;
}

/** Whether `inner` lies in `outer`. */
export function blockContains(outer: Block, inner: Block): boolean {
    const size = 2 ** (32 - outer.bits);
    return inner.bits >= outer.bits && inner.first >= outer.first && inner.first < outer.first + size;
}

/** Whether two blocks share an address. */
export function blocksOverlap(one: Block, other: Block): boolean {
    return blockContains(one, other) || blockContains(other, one);
}
