package dev.penstock.cli;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.penstock.model.Capability;
import dev.penstock.model.Plan;
import dev.penstock.model.Progress;
import dev.penstock.model.Rational;
import dev.penstock.model.Reading;
import dev.penstock.model.Report;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import dev.penstock.model.Verification;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The JSON of Penstock, described for its users in {@code docs/json.md}: times are seconds, rates
 * are fractions in strings, constants are lower-case, what is absent is left out, and a {@code
 * kind} tells the cases of a sum apart. The model itself knows nothing about it.
 */
final class Json {
  private static final JsonMapper MAPPER = mapper();

  private Json() {}

  /** On several lines, for files and for programs that people look over the shoulder of. */
  static String pretty(Object value) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
  }

  /** A string as it is, in quotes. */
  static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"";
  }

  /** On one line. */
  static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** What a report's file holds. */
  static byte[] file(Report report) {
    return (pretty(new ReportFile(Version.current(), report)) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The report with the version that wrote it. */
  record ReportFile(String penstock, @JsonUnwrapped Report report) {}

  /**
   * The same as a daemon keeps it.
   *
   * @param text what {@code transcode} prints of it
   */
  record ToldReport(String penstock, String text, @JsonUnwrapped Report report) {}

  private static JsonMapper mapper() {
    return JsonMapper.builder()
        // Only the components of records are data; isPq() and the like are questions.
        .changeDefaultVisibility(visibility ->
            visibility
                .withGetterVisibility(Visibility.NONE)
                .withIsGetterVisibility(Visibility.NONE)
                .withFieldVisibility(Visibility.ANY))
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
        .withConfigOverride(
            Reading.class,
            reading ->
                reading.setInclude(
                    JsonInclude.Value.construct(
                        JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS)))
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        // Tags have no order of their own; without one, equal values would print differently.
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .addModule(
            new SimpleModule()
                .addSerializer(String.class, new Text())
                .addSerializer(Duration.class, new Seconds())
                .addSerializer(ExitCode.class, new ExitValue())
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addSerializer(Rational.class, ToStringSerializer.instance))
        .addMixIn(Reading.class, ReadingShape.class)
        .addMixIn(Capability.class, CapabilityShape.class)
        .addMixIn(Track.class, TrackShape.class)
        .addMixIn(Plan.TrackPlan.class, TrackPlanShape.class)
        .addMixIn(Plan.Output.class, OutputShape.class)
        .addMixIn(Verification.Result.class, ResultShape.class)
        .addMixIn(JsonEvent.class, EventShape.class)
        .addMixIn(JsonEvent.Running.class, RunningShape.class)
        .build();
  }

  private static final class Text extends ValueSerializer<String> {
    @Override
    public void serialize(String value, JsonGenerator out, SerializationContext context) {
      out.writeString(Secrets.hidden(value));
    }
  }

  private static final class Seconds extends ValueSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator out, SerializationContext context) {
      BigDecimal seconds =
          BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
      out.writeNumber(seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString());
    }
  }

  private static final class ExitValue extends ValueSerializer<ExitCode> {
    @Override
    public void serialize(ExitCode value, JsonGenerator out, SerializationContext context) {
      out.writeNumber(value.value());
    }
  }

  /** A reading is its value; one that is absent is left out. */
  private static final class ReadingValue extends ValueSerializer<Reading<?>> {
    @Override
    public boolean isEmpty(SerializationContext context, Reading<?> value) {
      return value instanceof Reading.Absent<?>;
    }

    @Override
    public void serialize(Reading<?> value, JsonGenerator out, SerializationContext context) {
      switch (value) {
        case Reading.Present<?>(Object present, String _) -> context.writeValue(out, present);
        case Reading.Absent<?> _ -> out.writeNull();
      }
    }
  }

  @JsonSerialize(using = ReadingValue.class)
  interface ReadingShape {}

  interface CapabilityShape {
    @JsonUnwrapped
    Capability.Features features();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Track.Video.class, name = "video"),
    @JsonSubTypes.Type(value = Track.Audio.class, name = "audio"),
    @JsonSubTypes.Type(value = Track.Subtitle.class, name = "subtitle"),
    @JsonSubTypes.Type(value = Track.Picture.class, name = "picture"),
    @JsonSubTypes.Type(value = Track.Attachment.class, name = "attachment"),
    @JsonSubTypes.Type(value = Track.Data.class, name = "data"),
  })
  interface TrackShape {
    @JsonUnwrapped
    StreamFacts stream();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Plan.File.class, name = "file"),
    @JsonSubTypes.Type(value = Plan.Presentation.class, name = "presentation"),
    @JsonSubTypes.Type(value = Plan.Poster.class, name = "poster"),
    @JsonSubTypes.Type(value = Plan.Thumbnails.class, name = "thumbnails"),
  })
  interface OutputShape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Plan.Copy.class, name = "copy"),
    @JsonSubTypes.Type(value = Plan.EncodeVideo.class, name = "encode_video"),
    @JsonSubTypes.Type(value = Plan.EncodeAudio.class, name = "encode_audio"),
    @JsonSubTypes.Type(value = Plan.ConvertSubtitle.class, name = "convert_subtitle"),
  })
  interface TrackPlanShape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Verification.Result.Passed.class, name = "passed"),
    @JsonSubTypes.Type(value = Verification.Result.NotChecked.class, name = "not_checked"),
    @JsonSubTypes.Type(value = Verification.Result.Failed.class, name = "failed"),
  })
  interface ResultShape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = JsonEvent.Running.class, name = "progress"),
    @JsonSubTypes.Type(value = JsonEvent.Measuring.class, name = "measuring"),
    @JsonSubTypes.Type(value = JsonEvent.Log.class, name = "log"),
    @JsonSubTypes.Type(value = JsonEvent.Done.class, name = "done"),
    @JsonSubTypes.Type(value = JsonEvent.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = JsonEvent.Interrupted.class, name = "interrupted"),
  })
  interface EventShape {}

  interface RunningShape {
    @JsonUnwrapped
    Progress progress();
  }
}
