package dev.penstock.node.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what a request brings, within limits. */
final class Body {
  private static final int CHUNK = 16 << 10;

  private final HttpSettings.Limits limits;

  Body(HttpSettings.Limits limits) {
    this.limits = limits;
  }

  /**
   * @throws ProblemException when it is no JSON, too long or too slow
   */
  JsonNode json(Context context) throws IOException {
    return optional(context)
        .orElseThrow(() ->
            ProblemException.of(400, "No body", "body", "is empty", "JSON is needed", "see /api"));
  }

  /** The same, empty where there is none. */
  Optional<JsonNode> optional(Context context) throws IOException {
    byte[] bytes = bytes(context);
    if (bytes.length == 0) {
      return Optional.empty();
    }
    String type = String.valueOf(context.contentType()).replaceFirst(";.*", "").strip();
    if (!type.toLowerCase(Locale.ROOT).equals(Route.JSON)) {
      throw ProblemException.of(
          415,
          "Unsupported media type",
          type,
          "is not read here",
          "only application/json is",
          "send that");
    }
    try {
      return Optional.of(Wire.JSON.readTree(bytes));
    } catch (JacksonException e) {
      throw ProblemException.of(
          400, "No JSON", "body", "is no JSON", e.getOriginalMessage(), "correct it");
    }
  }

  private byte[] bytes(Context context) throws IOException {
    if (context.req().getContentLengthLong() > limits.body()) {
      throw tooLong();
    }
    long end = System.nanoTime() + limits.bodyTime().toNanos();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    InputStream in = context.req().getInputStream();
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      body.write(chunk, 0, count);
      if (body.size() > limits.body()) {
        throw tooLong();
      }
      if (System.nanoTime() > end) {
        throw ProblemException.of(
            408,
            "Request timed out",
            "body",
            "came too slowly",
            "it is given " + limits.bodyTime().toSeconds() + " s",
            "send it faster");
      }
    }
    return body.toByteArray();
  }

  private ProblemException tooLong() {
    return ProblemException.of(
            413,
            "Content too large",
            "body",
            "is too long",
            "the most is " + limits.body() + " bytes",
            "send less")
        .with("Connection", "close");
  }
}
