package dev.penstock.cli;

import dev.penstock.model.Capability;
import dev.penstock.model.Crop;
import dev.penstock.model.Delivery;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Makes {@code docs/job.schema.json} of the options that the reader knows. */
final class JobSchema {
  private static final Map<Class<?>, Object> TYPES = types();

  private JobSchema() {}

  static String text() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "A job of Penstock");
    schema.put("type", "object");
    schema.put(
        "properties",
        ordered(
            "$schema",
            Map.of("type", "string"),
            "transcode",
            ordered("$ref", "#/$defs/transcode"),
            "ladder",
            ordered("$ref", "#/$defs/ladder")));
    schema.put("additionalProperties", false);
    schema.put(
        "oneOf",
        List.of(Map.of("required", List.of("transcode")), Map.of("required", List.of("ladder"))));
    schema.put("$defs", definitions());
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(schema)
        + "\n";
  }

  private static Map<String, Object> definitions() {
    return ordered(
        "transcode",
        part(
            "One file of another; see docs/jobs.md.",
            files("The file to write; its extension chooses the container."),
            new JobOptions(),
            "input",
            "output"),
        "ladder",
        part(
            "Several renditions of one input; see docs/jobs.md.",
            files("The folder to make; it must not hold anything else."),
            new LadderOptions(),
            "input",
            "output"),
        "rung",
        part("One rendition.", new LinkedHashMap<>(), new RungOptions(), "size"),
        "bits",
        either(
            text("^([0-9]+\\.?[0-9]*|\\.[0-9]+)[kKmMgG]?$"),
            ordered("type", "number", "minimum", 1)),
        "time",
        either(
            text("^([0-9.]+|[0-9:]+(\\.[0-9]*)?|([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?)$"),
            ordered("type", "number", "minimum", 0)),
        "audio",
        text("^(copy|none|(aac|opus)(:[0-9.]+[kKmMgG]?)?)$"));
  }

  private static Map<String, Object> files(String output) {
    return ordered(
        "input",
        ordered(
            "description",
            "What to read: a file, a URL, or - for standard input.",
            "type",
            "string",
            "minLength",
            1),
        "output",
        ordered("description", output, "type", "string", "minLength", 1));
  }

  private static Map<String, Object> part(
      String description, Map<String, Object> properties, Object options, String... required) {
    JobKeys.options(JobKeys.lineOf(options))
        .forEach((key, option) -> properties.put(key, property(option)));
    return ordered(
        "description",
        description,
        "type",
        "object",
        "properties",
        properties,
        "required",
        List.of(required),
        "additionalProperties",
        false);
  }

  private static Map<String, Object> property(OptionSpec option) {
    Map<String, Object> property = new LinkedHashMap<>();
    property.put(
        "description",
        String.join(" ", option.description())
            .replace("%%", "%")
            .replaceAll("--(?=[a-z])", "")
            .strip());
    property.putAll(type(option));
    return property;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> type(OptionSpec option) {
    Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    return Optional.ofNullable(TYPES.get(type))
        .map(found -> (Map<String, Object>) found)
        .orElseThrow(() -> new AssertionError("say in JobSchema what values " + type + " has"));
  }

  private static Map<Class<?>, Object> types() {
    Map<Class<?>, Object> types = new LinkedHashMap<>();
    types.put(boolean.class, ordered("type", "boolean"));
    types.put(String.class, ordered("type", "string", "minLength", 1));
    types.put(JobSpec.VideoTarget.class, words(new Words.Codecs()));
    types.put(Preset.class, words(new Words.Presets()));
    types.put(Tuning.class, words(new Words.Tunings()));
    types.put(VideoCodec.class, words(List.of("h264", "hevc", "av1")));
    types.put(BitRate.class, ref("bits"));
    types.put(Duration.class, ref("time"));
    types.put(
        Gop.class,
        either(
            ordered("type", "integer", "minimum", 1),
            text("^([1-9][0-9]*|([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?)$")));
    types.put(Double.class, number("^[0-9]*\\.?[0-9]*$", 0));
    types.put(
        Integer.class,
        ordered("type", List.of("integer", "string"), "minimum", 1, "pattern", "^0*[1-9][0-9]*$"));
    types.put(SizeSpec.class, text("^([0-9]+p|[0-9.]+%|[0-9]+x[0-9]+!?)$"));
    types.put(SizeSpec.Lines.class, text("^[0-9]{2,5}p$"));
    types.put(
        Rational.class,
        either(text("^[0-9.]+(/[0-9]+)?$"), ordered("type", "number", "exclusiveMinimum", 0)));
    types.put(Crop.class, text("^[0-9]+x[0-9]+\\+[0-9]+\\+[0-9]+$"));
    types.put(PadSpec.class, text("^([0-9]+x[0-9]+|[0-9]+:[0-9]+)$"));
    types.put(
        Lufs.class,
        either(
            text("^-?[0-9.]+ *([lL][uU][fF][sS])?$"),
            ordered("type", "number", "minimum", -70, "maximum", 0)));
    types.put(JobSpec.AudioTarget.class, ref("audio"));
    types.put(JobSpec.Segments.class, either(words(List.of("auto", "off")), ref("time")));
    types.put(JobSpec.Deinterlace.class, constants(JobSpec.Deinterlace.class));
    types.put(JobSpec.Rotate.class, constants(JobSpec.Rotate.class));
    types.put(JobSpec.Hdr.class, constants(JobSpec.Hdr.class));
    types.put(JobSpec.Subtitles.class, constants(JobSpec.Subtitles.class));
    types.put(JobSpec.Hardware.Use.class, constants(JobSpec.Hardware.Use.class));
    types.put(Capability.Api.class, words(new Words.EncodingApi()));
    types.put(LadderOptions.Formats.class, words(new Words.LadderFormats()));
    types.put(
        LadderOptions.Codecs.class,
        either(
            text("^(h264|hevc|av1)(,(h264|hevc|av1))*$"),
            list(words(List.of("h264", "hevc", "av1")))));
    types.put(
        LadderOptions.AudioList.class,
        either(text("^[a-z][a-z0-9:,.kKmMgG]*$"), list(ref("audio"))));
    types.put(
        TrackNumbers.class,
        either(
            ordered("type", "integer", "minimum", 1),
            text("^[0-9]+(,[0-9]+)*$"),
            list(either(ordered("type", "integer", "minimum", 1), text("^[0-9]+$")))));
    types.put(Delivery.Layout.class, words(new Words.Layouts()));
    types.put(Delivery.Scheme.class, words(new Words.Encryptions()));
    types.put(
        DeliveryOptions.PosterTime.class,
        either(ordered("type", "boolean"), words(List.of("auto")), ref("time")));
    String bits = "[0-9.]+[kKmMgG]?";
    String rung =
        "[0-9]{2,5}p(:("
            + bits
            + "|q[0-9.]+|h264|hevc|av1|(max|buffer)="
            + bits
            + "|preset=p[1-7]|profile=[a-z0-9]+))*";
    types.put(
        LadderSpec.Rungs.class,
        either(
            text("^(auto|" + rung + "(," + rung + ")*)$"),
            list(either(text("^" + rung + "$"), ref("rung")))));
    types.put(
        EncoderOption.class,
        ordered(
            "type",
            "object",
            "propertyNames",
            ordered("pattern", "^[^=]+$"),
            "additionalProperties",
            ordered("type", List.of("string", "number", "boolean"))));
    return types;
  }

  private static Map<String, Object> text(String pattern) {
    return ordered("type", "string", "pattern", pattern);
  }

  private static Map<String, Object> number(String pattern, int least) {
    return either(text(pattern), ordered("type", "number", "minimum", least));
  }

  private static Map<String, Object> words(Iterable<String> words) {
    List<String> all = new ArrayList<>();
    words.forEach(all::add);
    return ordered("enum", all);
  }

  private static Map<String, Object> constants(Class<? extends Enum<?>> type) {
    return words(
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList());
  }

  private static Map<String, Object> list(Map<String, Object> items) {
    return ordered("type", "array", "minItems", 1, "items", items);
  }

  private static Map<String, Object> ref(String name) {
    return ordered("$ref", "#/$defs/" + name);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static Map<String, Object> either(Map<String, Object>... forms) {
    return ordered("anyOf", List.of(forms));
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
