const { src, dest } = require('gulp');

/** Copies the icons, which tsc does not, to where n8n looks for them beside the compiled files. */
function icons() {
	// Bytes, not text: gulp would decode and spoil anything that is not UTF-8.
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

exports.default = icons;
