import * as pulumi from "@pulumi/pulumi";

/** Address ranges of a cluster in CIDR notation. */
export interface ClusterRanges {
    readonly nodes: string;
    readonly services: string;
    readonly pods: string;
}

/** The longest prefix that leaves pods room for eight nodes of 110 pods each. */
const LONGEST_PREFIX = 20;

/**
 * Divides a network's range: the first quarter for nodes, the second for services, the upper half for pods, of which
 * GKE gives each node 256. A /16 has room for 128 nodes.
 *
 * @throws RunError when the range is not IPv4 CIDR, or too small
 */
export function splitRange(cidr: string): ClusterRanges {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
    const octets = match?.slice(1, 5).map(Number) ?? [];
    const prefix = Number(match?.[5]);
    if (match === null || octets.some((octet) => octet > 255) || prefix > LONGEST_PREFIX || prefix < 8) {
        throw new pulumi.RunError(
            `'${cidr}' is no address range for a cluster: the form is 10.0.0.0/16, from /8 to /${LONGEST_PREFIX}`,
        );
    }
    const base = octets.reduce((address, octet) => address * 256 + octet, 0);
    const quarter = 2 ** (32 - prefix - 2);
    const start = Math.floor(base / (4 * quarter)) * 4 * quarter;
    return {
        nodes: `${dotted(start)}/${prefix + 2}`,
        services: `${dotted(start + quarter)}/${prefix + 2}`,
        pods: `${dotted(start + 2 * quarter)}/${prefix + 1}`,
    };
}

function dotted(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
