/**
 * Finds or builds the Kubernetes API server and the etcd that it needs.
 */
import { cached, cachedPath, isExecutable } from "./cache";
import { goBuild, goModOf, hasGo } from "./go";

/** The release of Kubernetes whose API server the tests use. */
export const KUBERNETES_VERSION = "1.36.3";

/** The release of etcd that goes with it. */
export const ETCD_VERSION = "3.7.3";

/** The two programs that make a Kubernetes API. */
export interface ApiServerBinaries {
    readonly etcd: string;
    readonly apiServer: string;
}

const ETCD = `etcd-v${ETCD_VERSION}`;
const API_SERVER = `kube-apiserver-v${KUBERNETES_VERSION}`;

/** The binaries in the cache folder, without building anything; undefined unless both are there. */
export function findApiServer(): ApiServerBinaries | undefined {
    const binaries = { etcd: cachedPath(ETCD), apiServer: cachedPath(API_SERVER) };
    return isExecutable(binaries.etcd) && isExecutable(binaries.apiServer) ? binaries : undefined;
}

/**
 * The binaries from the cache folder, built with Go first when they are missing. No package registry ships them
 * ready made.
 *
 * @returns undefined when they are missing and Go is too
 * @throws Error when a build fails
 */
export async function ensureApiServer(): Promise<ApiServerBinaries | undefined> {
    const found = findApiServer();
    if (found !== undefined || !hasGo()) {
        return found;
    }
    // One after the other: each build keeps all cores busy by itself.
    const etcd = await cached(ETCD, buildEtcd);
    const apiServer = await cached(API_SERVER, buildApiServer);
    return { etcd, apiServer };
}

function buildEtcd(target: string): Promise<void> {
    const module = "go.etcd.io/etcd/server/v3";
    return goBuild(
        {
            title: `etcd v${ETCD_VERSION}`,
            minutes: 1,
            package: module,
            goVersion: "1.26.0",
            require: { [module]: `v${ETCD_VERSION}` },
        },
        target,
    );
}

function buildApiServer(target: string): Promise<void> {
    const module = "k8s.io/kubernetes";
    const gitVersion = `v${KUBERNETES_VERSION}`;
    return goBuild(
        {
            title: `kube-apiserver ${gitVersion}`,
            minutes: 8,
            package: `${module}/cmd/kube-apiserver`,
            goVersion: "1.26.0",
            require: { [module]: gitVersion },
            replace: stagingModules(goModOf(module, gitVersion), `v0.${KUBERNETES_VERSION.slice(2)}`),
            // Without it the server reports the template string of its source as its version.
            variables: { "k8s.io/component-base/version.gitVersion": gitVersion },
        },
        target,
    );
}

/**
 * Kubernetes' own go.mod points its staging modules to folders beside it, and replacements of a dependency don't
 * count, so each of them must be pinned to its published twin. The list is read from that go.mod because
 * it changes with every release (v1.36 added cri-streaming and streaming).
 */
function stagingModules(goMod: string, version: string): Record<string, string> {
    const names = [...goMod.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map((match) => match[1]);
    return Object.fromEntries(names.map((name) => [name, `${name} ${version}`]));
}
