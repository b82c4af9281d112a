/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
// First: what makes certificates needs it.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension } from '@peculiar/x509';
import {
	BasicConstraintsExtension,
	cryptoProvider,
	SubjectAlternativeNameExtension,
	X509Certificate,
	X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto as Crypto);

/** A certificate with its private key, both PEM. */
export interface Certificate {
	certificate: string;
	privateKey: string;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };

interface Wanted {
	commonName: string;
	extensions: Extension[];
	/** The signer. Default: the certificate itself. */
	issuer?: Certificate;
}

/** A PEM file's content. */
const derOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

const pemOf = (label: string, der: ArrayBuffer) =>
	`-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

async function issue({ commonName, extensions, issuer }: Wanted): Promise<Certificate> {
	const { subtle } = webcrypto;
	const keys = await subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const subject = `CN=${commonName}`;
	const made = await X509CertificateGenerator.create({
		// Positive, and another one for each: a client may remember certificates by issuer and number.
		serialNumber: `01${randomBytes(8).toString('hex')}`,
		subject,
		issuer: issuer ? new X509Certificate(issuer.certificate).subject : subject,
		notBefore: new Date('2020-01-01T00:00:00Z'),
		notAfter: new Date('2049-12-31T00:00:00Z'),
		signingAlgorithm: ALGORITHM,
		publicKey: keys.publicKey,
		signingKey: issuer ? await subtle.importKey('pkcs8', derOf(issuer.privateKey), ALGORITHM, false, ['sign']) : keys.privateKey,
		extensions,
	});
	return { certificate: made.toString('pem'), privateKey: pemOf('PRIVATE KEY', await subtle.exportKey('pkcs8', keys.privateKey)) };
}

/** A certificate that signs itself, e.g. for an app that signs in with a certificate. */
export async function selfSignedCertificate(commonName = 'emulator'): Promise<Certificate> {
	return await issue({ commonName, extensions: [] });
}

/** A certificate authority that is not trusted yet, such as a company's own. */
export async function certificateAuthority(commonName = 'Contoso Test CA'): Promise<Certificate> {
	return await issue({ commonName, extensions: [new BasicConstraintsExtension(true, undefined, true)] });
}

/**
 * A certificate for servers of this machine.
 *
 * @param more host names (also with a leading `*.`) and addresses beside those of this machine, e.g. of the cloud, for clients
 * whose name resolution leads them here
 */
export async function serverCertificate(issuer: Certificate, more: string[] = []): Promise<Certificate> {
	const names = ['localhost', '127.0.0.1', ...more].map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
	return await issue({ commonName: 'localhost', extensions: [new SubjectAlternativeNameExtension(names)], issuer });
}
