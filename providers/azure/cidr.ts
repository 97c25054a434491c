/** An IPv4 range as numbers. */
interface Range {
    readonly first: number;
    readonly bits: number;
}

function parse(cidr: string): Range {
    const [address = "", bits = "32"] = cidr.split("/");
    const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return { first, bits: Number(bits) };
}

const size = ({ bits }: Range): number => 2 ** (32 - bits);

/** The n-th part of a range, `bits` narrower: part 1 of 10.0.0.0/16 by 2 bits is 10.0.64.0/18. */
export function subnetOf(cidr: string, bits: number, index: number): string {
    const whole = parse(cidr);
    const part = { first: 0, bits: Math.min(whole.bits + bits, 29) };
    const first = whole.first + index * size(part);
    const address = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
    return `${address}/${part.bits}`;
}

/** Whether two ranges share an address. */
export function overlaps(one: string, other: string): boolean {
    const [a, b] = [parse(one), parse(other)];
    return a.first < b.first + size(b) && b.first < a.first + size(a);
}
