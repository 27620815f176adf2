package dev.penstock.node.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Logging in at the dashboard. */
final class SessionRoutes {
  private final Gate gate;
  private final Sessions sessions;
  private final Body body;
  private final boolean isEncrypted;

  SessionRoutes(Gate gate, Sessions sessions, Body body, boolean isEncrypted) {
    this.gate = gate;
    this.sessions = sessions;
    this.body = body;
    this.isEncrypted = isEncrypted;
  }

  record Who(String name, Role role, Optional<String> tenant) {
    static Who of(Principal principal) {
      return new Who(principal.name(), principal.role(), principal.tenant());
    }
  }

  void whoAmI(Context context, Principal who) {
    JobRoutes.json(context, Who.of(who));
  }

  void logIn(Context context, Principal nobody) throws IOException {
    JsonNode token = body.json(context).path("token");
    if (!token.isString()) {
      throw JobRoutes.badParameter("token", "{\"token\": TOKEN}");
    }
    Principal who = gate.logIn(context, token.asString().strip());
    context.attribute(Gate.COOKIE, who);
    setCookie(context, sessions.begin(who), Sessions.LIFE.toSeconds());
    JobRoutes.json(context, Who.of(who));
  }

  void logOut(Context context, Principal nobody) {
    String cookie = context.cookie(Gate.COOKIE);
    if (cookie != null) {
      sessions.find(cookie).ifPresent(who -> context.attribute(Gate.COOKIE, who));
      sessions.end(cookie);
    }
    setCookie(context, "", 0);
    context.status(204);
  }

  private void setCookie(Context context, String value, long seconds) {
    context.header(
        "Set-Cookie",
        Gate.COOKIE
            + "="
            + value
            + "; Path=/; Max-Age="
            + seconds
            + "; HttpOnly; SameSite=Strict"
            + (isEncrypted ? "; Secure" : ""));
  }
}
