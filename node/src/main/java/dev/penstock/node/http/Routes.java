package dev.penstock.node.http;

import static dev.penstock.node.http.Role.ADMIN;
import static dev.penstock.node.http.Role.OPERATOR;
import static dev.penstock.node.http.Role.VIEWER;
import static dev.penstock.node.http.Route.delete;
import static dev.penstock.node.http.Route.get;
import static dev.penstock.node.http.Route.open;
import static dev.penstock.node.http.Route.post;

import java.util.List;

/** The table of routes; the contract says the same. */
final class Routes {
  private Routes() {}

  static List<Route> of(
      JobRoutes jobs, EventRoutes events, NodeRoutes node, SessionRoutes session, Pages pages) {
    return List.of(
        get("/v1/jobs", "listJobs", VIEWER, jobs::list),
        post("/v1/jobs", "submitJob", OPERATOR, jobs::submit),
        get("/v1/jobs/{id}", "showJob", VIEWER, jobs::show),
        post("/v1/jobs/{id}/cancel", "cancelJob", OPERATOR, jobs::cancel),
        post("/v1/jobs/{id}/retry", "retryJob", OPERATOR, jobs::retry),
        get("/v1/jobs/{id}/why", "whyJob", VIEWER, jobs::why),
        get("/v1/jobs/{id}/events", "jobEvents", VIEWER, events::ofJob)
            .producing(Route.JSON, Route.SSE),
        get("/v1/jobs/{id}/report", "jobReport", VIEWER, jobs::report),
        get("/v1/jobs/{id}/plan", "jobPlan", VIEWER, jobs::plan),
        get("/v1/jobs/{id}/timeline", "jobTimeline", VIEWER, jobs::timeline),
        get("/v1/jobs/{id}/quality", "jobQuality", VIEWER, jobs::quality),
        get("/v1/jobs/{id}/log", "jobLog", VIEWER, jobs::log),
        get("/v1/jobs/{id}/outputs", "listOutputs", VIEWER, jobs::outputs),
        get("/v1/jobs/{id}/outputs/<name>", "getOutput", VIEWER, jobs::output).producing(),
        get("/v1/jobs/{id}/previews", "listPreviews", VIEWER, jobs::previews),
        get("/v1/jobs/{id}/previews/<name>", "getPreview", VIEWER, jobs::preview).producing(),
        get("/v1/events", "events", VIEWER, events::ofNode).producing(Route.JSON, Route.SSE),
        get("/v1/devices", "devices", VIEWER, node::devices),
        get("/v1/devices/history", "deviceHistory", VIEWER, node::history),
        get("/v1/workers", "workers", VIEWER, node::workers),
        get("/v1/health", "health", VIEWER, node::health),
        get("/v1/doctor", "doctor", VIEWER, node::doctor),
        post("/v1/doctor", "examine", OPERATOR, node::examine),
        get("/v1/leases", "leases", VIEWER, node::leases),
        get("/v1/capacity", "capacity", VIEWER, node::capacity),
        get("/v1/settings", "settings", ADMIN, node::settings),
        post("/v1/drain", "drain", ADMIN, node::drain),
        post("/v1/undrain", "undrain", ADMIN, node::undrain),
        get("/v1/audit", "audit", ADMIN, node::audit),
        get("/v1/webhooks/dead", "deadWebhooks", VIEWER, node::deadWebhooks),
        post("/v1/webhooks/dead/{number}/retry", "retryWebhook", OPERATOR, node::retryWebhook),
        delete("/v1/webhooks/dead/{number}", "dropWebhook", OPERATOR, node::dropWebhook),
        get("/v1/session", "whoAmI", VIEWER, session::whoAmI),
        open("/v1/session", "logIn", session::logIn).forAll("POST"),
        open("/v1/session", "logOut", session::logOut).forAll("DELETE"),
        open("/healthz", "healthz", node::healthz),
        open("/readyz", "readyz", node::readyz),
        get("/metrics", "metrics", VIEWER, node::metrics).producing(),
        open("/openapi.yaml", "contract", pages::contract),
        open("/openapi.json", "contractAsJson", pages::contractAsJson),
        open("/api", "contractToRead", pages::contractToRead),
        open("/", "home", pages::home),
        open("/ui/<name>", "asset", pages::asset),
        post("/v1/reload", "reload", ADMIN, node::reload));
  }
}
