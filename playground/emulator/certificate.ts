import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate with its private key, both PEM, e.g. for an app that signs in with a certificate. */
export function selfSignedCertificate(commonName = 'emulator'): { certificate: string; privateKey: string } {
	const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
	const algorithm = sequence(oid('2a864886f70d01010b'), der(0x05)); // sha256WithRSAEncryption
	const body = sequence(
		der(0x02, Buffer.from([1])),
		algorithm,
		name,
		sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
		name,
		keys.publicKey.export({ type: 'spki', format: 'der' }),
	);
	const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, keys.privateKey)]);
	const bytes = sequence(body, algorithm, der(0x03, signature));
	const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
	return {
		certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
		privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
	};
}

function der(tag: number, ...contents: Buffer[]): Buffer {
	const content = Buffer.concat(contents);
	const length = content.length;
	const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: Buffer[]): Buffer {
	return der(0x30, ...contents);
}

function oid(hex: string): Buffer {
	return der(0x06, Buffer.from(hex, 'hex'));
}
