import {
    READ_SHARE,
    RESPONSE_KIB,
    ROLLOUTS_PER_MONTH,
    SCALE_UPS_PER_MONTH,
    WRITE_SHARE,
    type Assumption,
} from "./assumptions";
import {
    placeOf,
    type Demand,
    type JobDemand,
    type ServiceDemand,
    type StoreDemand,
    type StoreFlow,
} from "./demand";
import { replicasOf } from "./pricing/work";

/** Data that moves between two components, or out to users, in a month. */
export interface Flow {
    /** Component that needs it moved; it carries the cost. */
    readonly owner: string;
    /** Components whose sites count. */
    readonly from: string;
    readonly to: string;
    readonly gib: number;
    /** `weights → chat: 24 loads of 16 GiB`. */
    readonly text: string;
    /** End that is on a cluster's nodes. */
    readonly cluster?: "from" | "to";
}

/** The `to` of a flow that leaves for users. */
export const USERS = "users";

const KIB_PER_GIB = 1024 * 1024;

/** All flows of a program, and what had to be assumed for them. */
export function flowsOf(demands: readonly Demand[]): { flows: Flow[]; assumptions: Assumption[] } {
    const assumptions: Assumption[] = [];
    const flows = demands.flatMap((demand) => {
        switch (demand.kind) {
            case "job":
                return jobFlows(demand, assumptions);
            case "service":
                return serviceFlows(demand, assumptions);
            case "store":
                return copyFlows(demand);
            default:
                return [];
        }
    });
    return { flows: flows.filter(({ gib }) => gib > 0), assumptions };
}

/** A copy gets what its original grows by. */
function copyFlows({ id, copyOf, growthGiB }: StoreDemand): Flow[] {
    return copyOf === undefined
        ? []
        : [
              {
                  owner: id,
                  from: copyOf,
                  to: id,
                  gib: growthGiB,
                  text: `${short(copyOf)} → ${short(id)}: ${count(growthGiB)} GiB that it grows by`,
              },
          ];
}

function jobFlows(job: JobDemand, assumptions: Assumption[]): Flow[] {
    const place = placeOf(job);
    const runs = job.runsPerMonth;
    const readGib = job.reads.map((read) => perRun(job, read, "readGiBPerRun", assumptions));
    const allRead = readGib.reduce((sum, gib) => sum + gib, 0);
    const reads = job.reads.map(({ store }, index) => ({
        owner: job.id,
        from: store,
        to: place,
        gib: readGib[index] * runs,
        text: `${short(store)} → ${short(job.id)}: ${count(readGib[index])} GiB a run, ${count(runs)} runs`,
        cluster: "to" as const,
    }));
    const writes = job.writes.map(({ store, gibPerRun }) => {
        const gib = gibPerRun ?? (allRead * WRITE_SHARE) / job.writes.length;
        if (gibPerRun === undefined && gib > 0) {
            assumptions.push({
                component: job.id,
                argument: "writeGiBPerRun",
                text: `writes ${count(gib)} GiB a run to ${short(store)}: ${WRITE_SHARE * 100} % of what it reads`,
            });
        }
        return {
            owner: job.id,
            from: place,
            to: store,
            gib: gib * runs,
            text: `${short(job.id)} → ${short(store)}: ${count(gib)} GiB a run, ${count(runs)} runs`,
            cluster: "from" as const,
        };
    });
    return [...reads, ...writes];
}

/** A job that reads a store is not assumed to read all of it, but it is assumed to read a data set that it names. */
function perRun(job: JobDemand, flow: StoreFlow, argument: string, assumptions: Assumption[]): number {
    if (flow.gibPerRun !== undefined) {
        return flow.gibPerRun;
    }
    const gib = flow.sized ? flow.sizeGiB : flow.sizeGiB * READ_SHARE;
    assumptions.push({
        component: job.id,
        argument,
        text: flow.sized
            ? `reads all ${count(gib)} GiB that it names of ${short(flow.store)} in a run`
            : `reads ${count(gib)} GiB of ${short(flow.store)} in a run: ${READ_SHARE * 100} % of the store`,
    });
    return gib;
}

function serviceFlows(service: ServiceDemand, assumptions: Assumption[]): Flow[] {
    const place = placeOf(service);
    const flows: Flow[] = [];
    if (service.model) {
        const loads = weightLoads(service, assumptions);
        const { store, sizeGiB } = service.model;
        flows.push({
            owner: service.id,
            from: store,
            to: place,
            gib: loads * sizeGiB,
            text: `${short(store)} → ${short(service.id)}: ${count(loads)} loads of ${count(sizeGiB)} GiB`,
            ...(service.runOn === "managed" ? {} : { cluster: "to" as const }),
        });
    }
    const { traffic } = service;
    if (traffic && (service.internet || traffic.users !== undefined)) {
        const kib = traffic.responseKiB ?? RESPONSE_KIB;
        if (traffic.responseKiB === undefined) {
            assumptions.push({
                component: service.id,
                argument: "traffic.responseKiB",
                text: `answers with ${RESPONSE_KIB} KiB a request`,
            });
        }
        const gib = (traffic.requestsPerMonth * kib) / KIB_PER_GIB;
        flows.push({
            owner: service.id,
            from: place,
            to: USERS,
            gib,
            text: `${short(service.id)} → users: ${count(traffic.requestsPerMonth)} answers of ${count(kib)} KiB`,
        });
    }
    return flows;
}

/** How often a service loads its weights in a month. */
function weightLoads(service: ServiceDemand, assumptions: Assumption[]): number {
    const said = service.traffic?.weightLoadsPerMonth;
    if (said !== undefined) {
        return said;
    }
    const { min, expected, max } = replicasOf(service, service.share.accelerators[0]);
    const loads = Math.ceil(
        ROLLOUTS_PER_MONTH * Math.max(1, expected) + SCALE_UPS_PER_MONTH * (max - Math.max(1, min)) * 0.5,
    );
    assumptions.push({
        component: service.id,
        argument: "traffic.weightLoadsPerMonth",
        text: `loads its weights ${loads} times a month: ${ROLLOUTS_PER_MONTH} rollouts, and replicas that come and go`,
    });
    return loads;
}

/** The last part of a component's id: its name. */
export function short(id: string): string {
    return id.slice(id.lastIndexOf("/") + 1);
}

/** A number for people: three digits that count. */
export function count(value: number): string {
    const rounded = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
    const [whole, fraction] = String(rounded).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
