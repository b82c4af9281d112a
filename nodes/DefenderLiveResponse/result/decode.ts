/** Text of a downloaded file. */
export interface Decoded {
	text: string;
	encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
	/** Whether bytes that make no character were replaced. */
	damaged: boolean;
}

type Encoding = Decoded['encoding'];

/** By byte order mark, or by where the zero byte stands next to the first ASCII character. */
function encodingOf(bytes: Uint8Array): Encoding {
	const [first, second, third, fourth] = bytes;
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	if (first === 0xfe && second === 0xff) return 'utf-16be';
	// Two characters in a row: a single zero may be a stray NUL.
	if (first && second === 0 && first < 0x80 && (bytes.length < 4 || fourth === 0)) return 'utf-16le';
	if (first === 0 && second && second < 0x80 && (bytes.length < 4 || third === 0)) return 'utf-16be';
	return 'utf-8';
}

/** Made once: one takes a third as long as decoding an ordinary transcript does. */
const STRICT: Record<Encoding, TextDecoder> = {
	'utf-8': new TextDecoder('utf-8', { fatal: true }),
	'utf-16le': new TextDecoder('utf-16le', { fatal: true }),
	'utf-16be': new TextDecoder('utf-16be', { fatal: true }),
};

/** Bytes to text: UTF-8 and UTF-16, with or without byte order mark. Every input gives some text. */
export function decodeText(bytes: Uint8Array): Decoded {
	const encoding = encodingOf(bytes);
	try {
		return { text: STRICT[encoding].decode(bytes), encoding, damaged: false };
	} catch {
		return { text: new TextDecoder(encoding).decode(bytes), encoding, damaged: true };
	}
}
