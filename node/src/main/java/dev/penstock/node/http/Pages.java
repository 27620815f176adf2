package dev.penstock.node.http;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The contract and the dashboard's files. */
final class Pages {
  static final String CONTRACT = "openapi.yaml";

  private final Assets assets = new Assets();
  private volatile byte @Nullable [] contractAsJson;

  void contract(Context context, Principal who) {
    context.contentType("application/yaml").result(contract());
  }

  void contractAsJson(Context context, Principal who) {
    byte[] made = contractAsJson;
    if (made == null) {
      made = Wire.bytes(new YAMLMapper().readTree(contract()));
      contractAsJson = made;
    }
    context.contentType(Route.JSON).result(made);
  }

  void contractToRead(Context context, Principal who) {
    assets.answer(context, "api.html");
  }

  void home(Context context, Principal who) {
    context.redirect(assets.hasIndex() ? "/ui/index.html" : "/api");
  }

  void asset(Context context, Principal who) {
    assets.answer(context, context.pathParam("name"));
  }

  private static byte[] contract() {
    return Assets.load(CONTRACT).orElseThrow();
  }
}
