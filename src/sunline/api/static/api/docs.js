// Shows the documents in Swagger UI, one tab each; nothing is fetched from elsewhere.
window.SwaggerUIBundle({
  dom_id: "#interfaces",
  urls: [
    { url: "/tmf-api/troubleTicket/v5/openapi.json", name: "TMF621 v5" },
    { url: "/tmf-api/troubleTicket/v4/openapi.json", name: "TMF621 v4" },
    { url: "/api/internal/openapi.json", name: "Internal" },
  ],
  presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  validatorUrl: null,
});
