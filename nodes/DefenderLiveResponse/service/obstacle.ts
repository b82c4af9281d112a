/** Something on n8n's side that prevents connections until a setting is changed. */
export interface Obstacle {
	/** @param whom Defender, Microsoft Entra or the storage */
	happened(whom: string): string;
	advice: string;
}

/** Means n8n's own protection (n8n 2.x), whose errors have no code. */
export const BLOCKED_BY_N8N = 'SSRF_BLOCKED';

const BLOCKED: Obstacle = {
	happened: (whom) => `The connection to ${whom} was blocked by n8n`,
	advice:
		"The SSRF protection of n8n does not allow the address. Ask n8n's administrator to add the host to N8N_SSRF_ALLOWED_HOSTNAMES, or its addresses to N8N_SSRF_ALLOWED_IP_RANGES.",
};

const NOT_TRUSTED: Obstacle = {
	happened: (whom) => `The certificate that ${whom} was reached with is not trusted`,
	advice:
		"A proxy or firewall that inspects connections presents its own: ask n8n's administrator to add its authority by NODE_EXTRA_CA_CERTS.",
};

/** Node's codes for a certificate that it does not accept. */
const CERTIFICATE_CODE = /CERT|^UNABLE_TO_/;

/** What was in the way of a connection that failed with this code; undefined if it is something else. */
export function obstacleOf(code: string | undefined): Obstacle | undefined {
	if (code === BLOCKED_BY_N8N) return BLOCKED;
	return code !== undefined && CERTIFICATE_CODE.test(code) ? NOT_TRUSTED : undefined;
}
