/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { md, pki } from 'node-forge';

/** A certificate with its private key, both PEM. */
export interface Certificate {
	certificate: string;
	privateKey: string;
}

/** Numbers of name kinds in a subjectAltName (RFC 5280, 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

interface Wanted {
	commonName: string;
	extensions: object[];
	/** The signer. Default: the certificate itself. */
	issuer?: Certificate;
}

function issue({ commonName, extensions, issuer }: Wanted): Certificate {
	const keys = generateKeyPairSync('rsa', {
		modulusLength: 2048,
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	});
	const made = pki.createCertificate();
	const subject = [{ name: 'commonName', value: commonName }];
	made.publicKey = pki.publicKeyFromPem(keys.publicKey);
	// Positive, and another one for each: a client may remember certificates by issuer and number.
	made.serialNumber = `01${randomBytes(8).toString('hex')}`;
	made.validity.notBefore = new Date('2020-01-01T00:00:00Z');
	made.validity.notAfter = new Date('2049-12-31T00:00:00Z');
	made.setSubject(subject);
	made.setIssuer(issuer ? pki.certificateFromPem(issuer.certificate).subject.attributes : subject);
	made.setExtensions(extensions);
	made.sign(pki.privateKeyFromPem(issuer?.privateKey ?? keys.privateKey), md.sha256.create());
	return { certificate: pki.certificateToPem(made), privateKey: keys.privateKey };
}

/** A certificate that signs itself, e.g. for an app that signs in with a certificate. */
export function selfSignedCertificate(commonName = 'emulator'): Certificate {
	return issue({ commonName, extensions: [] });
}

/** A certificate authority that is not trusted yet, such as a company's own. */
export function certificateAuthority(commonName = 'Contoso Test CA'): Certificate {
	return issue({ commonName, extensions: [{ name: 'basicConstraints', cA: true, critical: true }] });
}

/**
 * A certificate for servers of this machine.
 *
 * @param more host names (also with a leading `*.`) and addresses beside those of this machine, e.g. of the cloud, for clients
 * whose name resolution leads them here
 */
export function serverCertificate(issuer: Certificate, more: string[] = []): Certificate {
	const altNames = ['localhost', '127.0.0.1', ...more].map((name) =>
		isIP(name) ? { type: IP_ADDRESS, ip: name } : { type: DNS_NAME, value: name },
	);
	return issue({ commonName: 'localhost', extensions: [{ name: 'subjectAltName', altNames }], issuer });
}
