/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { X509Certificate, createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { CouldNotRun } from './notAsked';

export interface CertificateKey {
	privateKey: KeyObject;
	/** Thumbprints, as `x5t` and `x5t#S256` carry them. */
	sha1: string;
	sha256: string;
}

const PEM_TODO =
	'Use a PEM file with both, or --private-key for a key in a file of its own. From a .pfx: openssl pkcs12 -in app.pfx -out app.pem -nodes';

/** Whether the key can only be read with a passphrase. */
export function isEncrypted(pem: string): boolean {
	return /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem);
}

/** @throws CouldNotRun where a part is missing, damaged or does not match the other */
export function readCertificate(pem: string, keyPem: string, passphrase: string | undefined): CertificateKey {
	const certificatePem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
	const privatePem = /-----BEGIN (?<kind>(?:RSA |ENCRYPTED )?PRIVATE KEY)-----[\s\S]+?-----END \k<kind>-----/.exec(keyPem)?.[0];
	if (!certificatePem) throw new CouldNotRun('The certificate file has no certificate', PEM_TODO);
	if (!privatePem) throw new CouldNotRun('The certificate file has no private key', PEM_TODO);
	let certificate: X509Certificate;
	try {
		certificate = new X509Certificate(certificatePem);
	} catch {
		throw new CouldNotRun('The certificate could not be read', PEM_TODO);
	}
	let privateKey: KeyObject;
	try {
		privateKey = createPrivateKey({ key: privatePem, passphrase: passphrase ?? '' });
	} catch {
		throw new CouldNotRun('The private key could not be read', isEncrypted(privatePem) ? 'Check its passphrase.' : PEM_TODO);
	}
	if (!certificate.checkPrivateKey(privateKey)) throw new CouldNotRun('The private key does not belong to the certificate', PEM_TODO);
	const thumbprint = (algorithm: string) => createHash(algorithm).update(certificate.raw).digest('base64url');
	return { privateKey, sha1: thumbprint('sha1'), sha256: thumbprint('sha256') };
}
