/** A link that may be followed, or why it may not. The reason never quotes the link. */
export type CheckedLink = { url: string; expiresAt: string | null } | { refused: string };

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isAllowed(host: string, allowed: string[]): boolean {
	return allowed.some((entry) => (entry.startsWith('.') ? host.endsWith(entry) && host.length > entry.length : host === entry));
}

/** When the signature of a storage link ends: its `se` parameter, as ISO 8601; null where it cannot be read. */
export function linkExpiry(url: string): string | null {
	const se = /[?&]se=([^&#]*)/.exec(url)?.[1];
	if (se === undefined) return null;
	try {
		const time = Date.parse(decodeURIComponent(se));
		return Number.isNaN(time) ? null : new Date(time).toISOString();
	} catch {
		return null;
	}
}

/**
 * Decides whether the node may ask a link's host for a file. The service's answer is not trusted here: an
 * attacker who could change it would make n8n fetch from inside its network.
 *
 * @param link as the service wrote it; it is followed unchanged, since the signature covers its letters
 * @param allowedHosts host names in lower case; a leading dot allows every name that ends so
 */
export function checkLink(link: string, allowedHosts: string[]): CheckedLink {
	// Checked as text first: a URL parser drops line breaks and takes backslashes for slashes.
	if (/[^\x21-\x7e]|\\/.test(link)) return { refused: 'it has characters that are not valid in a link' };
	// A URL parser also corrects missing or extra slashes, and other parsers read another host in such a text.
	if (!/^https?:\/\/[^/]/i.test(link)) return { refused: 'it is not a complete https address' };
	let url: URL;
	try {
		url = new URL(link);
	} catch {
		return { refused: 'it is not a complete address' };
	}
	if (/^[^/]*\/\/[^/?#]*@/.test(link)) return { refused: 'it carries user info' };
	const host = url.hostname.toLowerCase();
	if (!isAllowed(host, allowedHosts)) return { refused: `its host ${host} is not a storage host of this cloud` };
	// Other parsers may read another host in one that is encoded, or in an address that is not in its usual form.
	const [, , written] = link.split(/[/?#]/);
	if (written.replace(/:\d*$/, '').toLowerCase() !== host) return { refused: 'its host is written in an unusual form' };
	// An own host is listed by its name alone, so that any of its ports will do; Microsoft's storage has one.
	const isSuffixed = !allowedHosts.includes(host);
	if (isSuffixed && url.port !== '') return { refused: 'its port is not that of https' };
	if (url.protocol === 'https:' || isLoopback(host)) return { url: link, expiresAt: linkExpiry(link) };
	return { refused: 'it is not https' };
}
