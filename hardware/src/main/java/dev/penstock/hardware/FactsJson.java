package dev.penstock.hardware;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.penstock.model.Reading;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of facts, between processes and in captured machines. Facts of newer versions that this
 * one does not know are left out.
 */
public final class FactsJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultVisibility(visibility ->
              visibility
                  .withGetterVisibility(Visibility.NONE)
                  .withIsGetterVisibility(Visibility.NONE)
                  .withFieldVisibility(Visibility.ANY))
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(tools.jackson.databind.MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Reading.class, ReadingShape.class)
          .build();

  private FactsJson() {}

  public static String line(Object facts) {
    return MAPPER.writeValueAsString(facts);
  }

  public static String pretty(Object facts) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(facts);
  }

  /** JSON as it is, on several lines. */
  static String indented(String json) {
    return MAPPER.readTree(json).toPrettyString();
  }

  /**
   * Reads facts.
   *
   * @throws tools.jackson.core.JacksonException when they are not of this type
   */
  public static <T> T read(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({
    @JsonSubTypes.Type(Reading.Present.class),
    @JsonSubTypes.Type(Reading.Absent.class),
  })
  interface ReadingShape {}
}
