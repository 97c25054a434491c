/** Zones that the layout has room for. No region has more. */
export const MAX_ZONES = 6;

/** Address ranges of one zone's subnets. */
export interface ZoneRanges {
    /** Nodes and pods: an eighth of the network. */
    readonly private: string;
    /** NAT gateways and load balancers: a sixty-fourth. */
    readonly public: string;
}

/**
 * Address ranges of a zone's subnets in a network. They depend on the zone's number alone, so that adding a zone
 * moves no subnet (pulumi/pulumi-awsx#1152).
 *
 * Of eight equal blocks the first six are the private subnets of up to six zones, the seventh is free for the
 * user's own, and the last holds the public subnets.
 *
 * @throws RangeError when the network is no range from /16 to /22, or the zone has no room in it
 */
export function zoneRanges(network: string, zone: number): ZoneRanges {
    const [address = "", length = ""] = network.split("/");
    const bits = Number(length);
    if (!(bits >= 16 && bits <= 22)) {
        throw new RangeError(`'${network}' is no range from /16 to /22`);
    }
    if (zone < 0 || zone >= MAX_ZONES) {
        throw new RangeError(`a network has room for ${MAX_ZONES} zones`);
    }
    const size = 2 ** (32 - bits);
    const base = Math.floor(toNumber(address) / size) * size;
    return {
        private: `${toAddress(base + zone * (size / 8))}/${bits + 3}`,
        public: `${toAddress(base + 7 * (size / 8) + zone * (size / 64))}/${bits + 6}`,
    };
}

const toNumber = (address: string): number =>
    address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const toAddress = (value: number): string =>
    [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
