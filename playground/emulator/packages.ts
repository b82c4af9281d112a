/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FileBehaviour } from './behaviours';
import { toBuffer } from './behaviours';
import { bufferContent, generatedContent, type Content } from './content';
import { contentReply, ranged } from './ranges';
import { textReply, type Reply } from './reply';
import type { Tenants } from './tenants';
import { zipOf } from './zip';

const KEY = randomBytes(32);
const PATH = /^\/safedownload\/WDATP_Investigation_Package\.zip\?token=([0-9a-f-]{36})\.(\d+)\.([\w-]+)$/;

/** A link shaped like the documented one; the token names action and end (milliseconds since the epoch), and is signed. */
export function makePackageLink(origin: string, machineActionId: string, expiresAt: number): string {
	const claim = `${machineActionId}.${Math.ceil(expiresAt)}`;
	return `${origin}/safedownload/WDATP_Investigation_Package.zip?token=${claim}.${sign(claim)}`;
}

/** Whose package a request to the storage half is for. */
export function packageAction(url: string): string | undefined {
	return PATH.exec(url)?.[1];
}

export interface PackageRequest {
	url: string;
	headers: IncomingHttpHeaders;
	now: number;
	/** Fault: the link counts as expired. */
	expired: boolean;
	/** Whether parts are served. */
	ranges: boolean;
}

/** The package behind a link. No source shows answers other than the file: the refusals are guesses. */
export function getPackage({ url, headers, now, expired, ranges }: PackageRequest, tenants: Tenants): Reply {
	const refuse = (status: number, text: string) => textReply(status, 'text/plain', text);
	// The link is enough: a client that sends its token as well gives it away.
	if (headers.authorization !== undefined) return refuse(400, 'Unexpected authorization header');
	const [, id = '', expiresAt = '', signature] = PATH.exec(url) ?? [];
	if (signature !== sign(`${id}.${expiresAt}`)) return refuse(403, 'Invalid token');
	if (expired || now >= Number(expiresAt)) return refuse(403, 'Expired token');
	const tenant = tenants.ofAction(id);
	const device = tenant?.deviceById(tenant.actions.get(id)!.machineId);
	if (!device) return refuse(404, 'Not found');
	const content = packageContent(device.input.package);
	const always = { 'Content-Type': 'application/zip', 'Content-Disposition': 'attachment; filename=WDATP_Investigation_Package.zip' };
	if (!ranges) return contentReply(content, undefined, always);
	return ranged(content, headers, { ...always, 'Accept-Ranges': 'bytes', ETag: `"${id}"` });
}

function packageContent({ raw, content }: FileBehaviour = {}): Content {
	if (raw !== undefined) return bufferContent(toBuffer(raw));
	if (content === undefined) return bufferContent(zipOf('Forensics Collection Summary.txt', Buffer.from('All collected\n')));
	return typeof content === 'object' && 'size' in content ? generatedContent(content.size) : bufferContent(toBuffer(content));
}

function sign(text: string): string {
	return createHmac('sha256', KEY).update(text).digest('base64url');
}
