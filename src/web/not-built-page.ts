/** What a browser gets where nobody has built the UI: the service itself runs. */
export const notBuiltPage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Exosphere Alerts: the web UI is not built</title>
</head>
<body>
<h1>The web UI is not built</h1>
<p>The service runs and its API answers (<a href="/docs">documentation</a>). Build the UI in the project's folder, then
load this page again; nothing has to be restarted:</p>
<pre>npm run ui:build</pre>
</body>
</html>
`;
