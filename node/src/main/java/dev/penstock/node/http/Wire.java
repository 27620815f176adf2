package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as it goes over the wire: what is absent is left out, enums are in lower case. */
final class Wire {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(_ ->
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          // A newer server may say more than a client knows.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Wire() {}

  static byte[] bytes(Object value) {
    return JSON.writeValueAsBytes(value);
  }

  /** JSON that is kept as text; text that is none stays a string. */
  static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (tools.jackson.core.JacksonException _) {
      return JSON.getNodeFactory().stringNode(text);
    }
  }
}
