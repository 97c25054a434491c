/**
 * The two processes of an API server: etcd and kube-apiserver.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import { type AddressInfo, createServer } from "node:net";
import * as path from "node:path";
import type { ApiServerBinaries } from "../../../scripts/engines/apiserver";

const HOST = "127.0.0.1";
const READY_WITHIN = 60_000;
const POLL = 100;

/** A running pair. */
export class ApiServerProcesses {
    private constructor(
        private readonly children: readonly ChildProcess[],
        readonly url: string,
        /** The bearer token of a member of system:masters. */
        readonly token: string,
        /** The server's own certificate, to be trusted by clients, in PEM. */
        readonly certificate: string,
    ) {}

    /** Starts both on free ports, with their files in `folder`, and waits until they are ready. */
    static async start(binaries: ApiServerBinaries, folder: string): Promise<ApiServerProcesses> {
        const [client, peer, secure] = await freePorts(3);
        const token = randomUUID();
        const etcd = launch(binaries.etcd, etcdFlags(folder, client, peer), path.join(folder, "etcd.log"));
        const log = path.join(folder, "apiserver.log");
        const server = launch(binaries.apiServer, apiServerFlags(folder, client, secure, token), log);
        const stop = () => stopAll([etcd, server]);
        const url = `https://${HOST}:${secure}`;
        const certificate = path.join(folder, "apiserver.crt");
        for (const deadline = Date.now() + READY_WITHIN; !(await isReady(url, token, certificate));) {
            if (server.exitCode !== null || Date.now() > deadline) {
                await stop();
                throw new Error(
                    `the API server does not get ready:\n${fs.readFileSync(log, "utf8").slice(-4000)}`,
                );
            }
            await new Promise((resolve) => setTimeout(resolve, POLL));
        }
        return new ApiServerProcesses([etcd, server], url, token, fs.readFileSync(certificate, "utf8"));
    }

    /** Ends both and waits for their end. Their data is thrown away, so there is nothing to end gracefully. */
    stop(): Promise<void> {
        return stopAll(this.children);
    }
}

function etcdFlags(folder: string, client: number, peer: number): string[] {
    const clientUrl = `http://${HOST}:${client}`;
    const peerUrl = `http://${HOST}:${peer}`;
    return [
        `--data-dir=${path.join(folder, "etcd")}`,
        `--listen-client-urls=${clientUrl}`,
        `--advertise-client-urls=${clientUrl}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=default=${peerUrl}`,
        "--unsafe-no-fsync",
    ];
}

function apiServerFlags(folder: string, etcdPort: number, port: number, token: string): string[] {
    const tokens = path.join(folder, "tokens.csv");
    fs.writeFileSync(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = path.join(folder, "service-account.key");
    fs.writeFileSync(key, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
    return [
        `--etcd-servers=http://${HOST}:${etcdPort}`,
        `--bind-address=${HOST}`,
        `--secure-port=${port}`,
        // It makes itself a certificate there.
        `--cert-dir=${folder}`,
        `--token-auth-file=${tokens}`,
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-signing-key-file=${key}`,
        `--service-account-key-file=${key}`,
        // It would publish the server's address, and loopback is no legal endpoint.
        "--endpoint-reconciler-type=none",
        // It refuses pods until a controller manager has made the default service account.
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged",
    ];
}

function launch(file: string, flags: string[], log: string): ChildProcess {
    const output = fs.openSync(log, "w");
    const child = spawn(file, flags, { stdio: ["ignore", output, output] });
    fs.closeSync(output);
    const stop = () => child.kill("SIGKILL");
    process.once("exit", stop);
    child.once("exit", () => process.off("exit", stop));
    return child;
}

async function stopAll(children: readonly ChildProcess[]): Promise<void> {
    const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ended = running.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of running) {
        child.kill("SIGKILL");
    }
    await Promise.all(ended);
}

function isReady(url: string, token: string, certificate: string): Promise<boolean> {
    if (!fs.existsSync(certificate)) {
        return Promise.resolve(false);
    }
    const options = {
        ca: fs.readFileSync(certificate),
        headers: { authorization: `Bearer ${token}` },
        agent: false,
    };
    return new Promise((resolve) => {
        https
            .get(`${url}/readyz`, options as https.RequestOptions, (response) => {
                response.resume();
                resolve(response.statusCode === 200);
            })
            .once("error", () => resolve(false));
    });
}

/** Ports that are free now; held together while they are looked for, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
    const servers = await Promise.all(
        Array.from({ length: count }, async () => {
            const server = createServer();
            await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
            return server;
        }),
    );
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    return ports;
}
