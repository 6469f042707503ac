export interface Page {
  readonly script: string; // the addresses of what the page loads
  readonly style: string;
  readonly nonce: string; // a new one each time
}

/** The panel's page. It may run the one script and use the one style sheet named here, and reach nothing else. */
export function page({ script, style, nonce }: Page): string {
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" nonce="${nonce}" href="${attribute(style)}">
<title>Senselens</title>
</head>
<body>
<p id="notice" role="status"></p>
<main id="view"></main>
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
