package dev.penstock.node.worker;

import dev.penstock.node.SealedJson;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON from which records of the model become again what they were ({@link SealedJson}). For both
 * ends of one build, and for no user.
 */
public final class Wire {
  private static final JsonMapper MAPPER =
      SealedJson.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Wire() {}

  /**
   * As JSON on one line.
   *
   * @param type as which it will be read
   */
  public static <T> String write(T value, Class<T> type) {
    return MAPPER.writerFor(type).writeValueAsString(value);
  }

  /**
   * What was written.
   *
   * @throws tools.jackson.core.JacksonException when it is not of this type
   */
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }
}
