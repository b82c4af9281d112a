import { X509Certificate, createHash, randomUUID, type KeyObject } from 'node:crypto';

export interface AppInput {
	clientId?: string;
	displayName?: string;
	secrets?: Array<{ value: string; expired?: boolean }>;
	/** PEM certificates; their private keys sign client assertions. */
	certificates?: string[];
	/** Application permissions: the token's `roles`. */
	roles?: string[];
	/** Delegated permissions: the token's `scp`. */
	scopes?: string[];
	/** Without admin consent tokens are issued, but carry no roles, and users are asked for consent. */
	consented?: boolean;
}
interface Certificate {
	/** Thumbprints as `x5t` and `x5t#S256` carry them. */
	sha1: string;
	sha256: string;
	publicKey: KeyObject;
}
export interface App {
	clientId: string;
	displayName: string;
	secrets: Array<{ value: string; expired?: boolean }>;
	certificates: Certificate[];
	roles: string[];
	scopes: string[];
	consented: boolean;
}

const SAME_FOR_BOTH = [
	'Library.Manage',
	'Machine.Isolate',
	'Machine.Scan',
	'Machine.RestrictExecution',
	'Machine.StopAndQuarantine',
	'Machine.CollectForensics',
];
/** What all operations need together (section 1.3: result link and reading actions need Machine.ReadWrite.All). */
export const ALL_ROLES = ['Machine.LiveResponse', 'Machine.ReadWrite.All', ...SAME_FOR_BOTH];
export const ALL_SCOPES = ['Machine.LiveResponse', 'Machine.ReadWrite', ...SAME_FOR_BOTH];

/** The applications registered in the tenant. */
export class Apps {
	private readonly all = new Map<string, App>();

	addApp(input: AppInput = {}): App {
		const app: App = {
			clientId: input.clientId ?? randomUUID(),
			displayName: input.displayName ?? 'n8n live response',
			secrets: input.secrets ?? [],
			certificates: (input.certificates ?? []).map(readCertificate),
			roles: input.roles ?? ALL_ROLES,
			scopes: input.scopes ?? ALL_SCOPES,
			consented: input.consented ?? true,
		};
		this.all.set(app.clientId.toLowerCase(), app);
		return app;
	}

	/** Takes effect for new tokens only, as in Entra. */
	setRoles(clientId: string, roles: string[]): void {
		const app = this.find(clientId);
		if (!app) throw new Error(`no app ${clientId}`);
		app.roles = roles;
	}

	find(clientId: string): App | undefined {
		return this.all.get(clientId.toLowerCase());
	}

	clear(): void {
		this.all.clear();
	}
}

function readCertificate(pem: string): Certificate {
	const certificate = new X509Certificate(pem);
	const thumbprint = (algorithm: string) => createHash(algorithm).update(certificate.raw).digest('base64url');
	return { sha1: thumbprint('sha1'), sha256: thumbprint('sha256'), publicKey: certificate.publicKey };
}
