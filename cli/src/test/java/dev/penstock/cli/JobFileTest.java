package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.penstock.engine.Cancellation;
import dev.penstock.model.Capability;
import dev.penstock.model.Crop;
import dev.penstock.model.Delivery;
import dev.penstock.model.Gop;
import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.node.text.MistakenException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class JobFileTest {
  private static final Path DOCS = Path.of("../docs/jobs.md");
  private static final Path SCHEMA = Path.of("../docs/job.schema.json");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(yaml|json)\n(.*?)^```");
  private static final String PENSTOCK = "transcode: {input: a.mkv, output: b.mp4}\n";

  @TempDir Path folder;

  private static Job read(String text) {
    return JobFile.parse("job.yaml", text.getBytes(StandardCharsets.UTF_8), Optional.empty()).job();
  }

  private static List<String> mistakes(String text) {
    return switch (catchThrowable(() -> read(text))) {
      case MistakenException e ->
          e.mistakes().stream().map(each -> each.place(e.file()) + ": " + each.problem()).toList();
      case UsageException e -> List.of(e.subject() + ": " + e.problem());
      case null -> List.of();
      case Throwable e -> throw new AssertionError(text, e);
    };
  }

  private static Schema compiled;

  private static synchronized Schema schema() throws IOException {
    if (compiled == null) {
      compiled = compile();
    }
    return compiled;
  }

  private static Schema compile() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(SCHEMA));
  }

  private static LadderSpec ladder(String... words) {
    return parsed(LadderCommand.class, "ladder", words)
        .ladder
        .spec("in.mkv", "out", Optional.empty());
  }

  private static <T> T parsed(Class<T> type, String command, String... words) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine line = Penstock.commandLine(Terminal.plain(nowhere, nowhere), new Cancellation());
    List<String> all = new ArrayList<>(List.of(command, "in.mkv", "out"));
    all.addAll(List.of(words));
    return type.cast(
        line.parseArgs(all.toArray(String[]::new)).subcommand().commandSpec().userObject());
  }

  // ---- what is read

  static Stream<Arguments> examples() throws IOException {
    List<Arguments> found = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(Files.readString(DOCS)); block.find(); ) {
      found.add(Arguments.of(block.group(1), block.group(2)));
    }
    assertThat(found).hasSizeGreaterThan(7);
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void examplesOfTheDocs_areJobs(String form, String text) throws IOException {
    Job job =
        JobFile.parse("job." + form, text.getBytes(StandardCharsets.UTF_8), Optional.empty()).job();
    assertThat(job.input()).isNotEmpty();
    assertThat(schema().validate(text, InputFormat.YAML)).isEmpty();
  }

  @Test
  void theSchema_isThatOfTheReader() throws IOException {
    if (Boolean.getBoolean("penstock.write")) {
      Files.writeString(SCHEMA, JobSchema.text());
    }
    assertThat(Files.readString(SCHEMA))
        .as("to write it anew: ./mvnw -Dtest=JobFileTest -Dpenstock.write=true test")
        .isEqualTo(JobSchema.text());
  }

  @Test
  void rungs_asObjects_haveEveryField() {
    Job job =
        read(
            """
            ladder:
              input: in.mkv
              output: out
              rungs:
                - 1080p:q21
                - {size: 720p, codec: hevc, bitrate: 2.8M, max-bitrate: 3500000}
                - {size: 480p, quality: 24.5}
            """);
    assertThat(job)
        .isEqualTo(
            withRungs(
                ladder(),
                rung(1080, Optional.empty(), 0, 0, OptionalDouble.of(21)),
                rung(
                    720,
                    Optional.of(VideoCodec.HEVC),
                    2_800_000,
                    3_500_000,
                    OptionalDouble.empty()),
                rung(480, Optional.empty(), 0, 0, OptionalDouble.of(24.5))));
  }

  private static LadderSpec.RungSpec rung(
      int lines, Optional<VideoCodec> codec, long rate, long most, OptionalDouble quality) {
    RungOptions options = new RungOptions();
    options.codec = codec.orElse(null);
    options.bitrate = rate == 0 ? null : new BitRate(rate);
    options.maxBitrate = most == 0 ? null : new BitRate(most);
    options.quality = quality.isPresent() ? quality.getAsDouble() : null;
    return options.spec(new SizeSpec.Lines(lines));
  }

  private static LadderSpec withRungs(LadderSpec spec, LadderSpec.RungSpec... rungs) {
    LadderCommand command = parsed(LadderCommand.class, "ladder");
    command.ladder.rungs = new LadderSpec.Rungs.Listed(List.of(rungs));
    return command.ladder.spec(spec.input(), spec.folder(), Optional.empty());
  }

  @Test
  void aRungsFields_areItsKeys() {
    List<String> fields =
        Arrays.stream(LadderSpec.RungSpec.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
            .toList();
    assertThat(JobKeys.options(JobKeys.lineOf(new RungOptions())).keySet())
        .containsExactlyInAnyOrderElementsOf(fields);
  }

  @Test
  void wordsThatOlderYamlTakesForSomethingElse_areWords() {
    assertThat(read(PENSTOCK.replace("}", ", hardware: off, rotate: off, deinterlace: on}")))
        .isEqualTo(
            read(PENSTOCK.replace("}", ", hardware: 'off', rotate: 'off', deinterlace: 'on'}")));
    JobSpec spec = (JobSpec) read(PENSTOCK.replace("}", ", start: 1:30, pad: 16:9, threads: 010}"));
    assertThat(spec.trim().start()).contains(Duration.ofSeconds(90));
    assertThat(spec.video().pad()).contains(new PadSpec.Aspect(new Rational(16, 9)));
    assertThat(spec.threads()).hasValue(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2500000", "2.5e6", "2.5E+6", "2500000.0", "\"2500000\"", "\"2.5M\""})
  void numbers_ofJson(String rate) {
    String json =
        "{\"transcode\": {\"input\": \"a\", \"output\": \"b\", \"bitrate\": " + rate + "}}";
    assertThat(((JobSpec) read(json)).video().bitrate()).hasValue(2_500_000);
  }

  @Test
  void paths_startAtTheFolderOfTheFile() {
    for (String input : List.of("-", "https://host/a.mkv", "/films/a.mkv", "rtmp://host/x")) {
      assertThat(inFolder("jobs", input).input()).isEqualTo(input);
    }
    assertThat(inFolder("jobs", "a.mkv").input()).isEqualTo("jobs/a.mkv");
    assertThat(inFolder("jobs", "../c:d.mkv").input()).isEqualTo("jobs/../c:d.mkv");
    assertThat(((JobSpec) inFolder("jobs", "-")).output()).isEqualTo("jobs/b.mp4");
  }

  private static Job inFolder(String base, String input) {
    return JobFile.parse(
            base + "/job.yaml",
            PENSTOCK.replace("a.mkv", "\"" + input + "\"").getBytes(StandardCharsets.UTF_8),
            Optional.of(Path.of(base)))
        .job();
  }

  // ---- what a command line says, written and read

  /** Some values of every kind; what is new must be given some. */
  private static List<String> samples(OptionSpec option) {
    Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    return Map.<Class<?>, List<String>>ofEntries(
            Map.entry(boolean.class, List.of("")),
            Map.entry(String.class, List.of("yuv420p10le", "null", "true", "a: b", "#x", "'")),
            Map.entry(VideoTarget.class, List.of("h264", "av1", "copy")),
            Map.entry(Preset.class, List.of("p1", "p7")),
            Map.entry(Tuning.class, List.of("quality", "low-latency", "lossless")),
            Map.entry(BitRate.class, List.of("5M", "800k", "2500000", "2.5m", "0.5G")),
            Map.entry(Duration.class, List.of("90", "1m30s", "00:01:30.5", "1:30", "20s", "0.5")),
            Map.entry(Gop.class, List.of("60", "2s", "1.5s")),
            Map.entry(Double.class, List.of("23", "22.50", "0", "05")),
            Map.entry(Integer.class, List.of("1", "012")),
            Map.entry(SizeSpec.class, List.of("720p", "50%", "33.3%", "1280x720", "1280x720!")),
            Map.entry(Rational.class, List.of("25", "29.97", "30000/1001")),
            Map.entry(Crop.class, List.of("1920x800+0+140")),
            Map.entry(PadSpec.class, List.of("16:9", "1280x720")),
            Map.entry(Lufs.class, List.of("-23LUFS", "-23", "-16.5 lufs", "0")),
            Map.entry(AudioTarget.class, List.of("aac", "opus:96k", "copy", "none")),
            Map.entry(JobSpec.Segments.class, List.of("auto", "off", "30s", "12", "1:00")),
            Map.entry(JobSpec.Deinterlace.class, List.of("on", "off")),
            Map.entry(JobSpec.Rotate.class, List.of("off", "auto")),
            Map.entry(JobSpec.Hdr.class, List.of("keep", "sdr")),
            Map.entry(JobSpec.Subtitles.class, List.of("none", "convert")),
            Map.entry(JobSpec.Hardware.Use.class, List.of("off", "prefer")),
            Map.entry(Capability.Api.class, List.of("nvenc", "vulkan")),
            Map.entry(LadderOptions.Formats.class, List.of("both", "files")),
            Map.entry(LadderOptions.Codecs.class, List.of("hevc", "av1,h264")),
            Map.entry(LadderOptions.AudioList.class, List.of("aac", "aac:128k,opus", "none")),
            Map.entry(Delivery.Layout.class, List.of("one-file", "files")),
            Map.entry(DeliveryOptions.PosterTime.class, List.of("", "auto", "12.5s", "1:30")),
            Map.entry(TrackNumbers.class, List.of("1", "3,1", "10")),
            Map.entry(
                LadderSpec.Rungs.class,
                List.of(
                    "auto", "720p", "1080p:5M,720p:q23,480p", "720p:max=2M:q20:preset=p5:hevc")),
            Map.entry(
                EncoderOption.class,
                List.of("tune=grain", "a-b=1", "x264-params=a=1:b=2", "no=true", "e=", "1=2")))
        .getOrDefault(type, List.of());
  }

  /** Reading them reads the key. */
  private static final List<String> OF_KEYS = List.of("--encrypt", "--key", "--key-url");

  private static List<String> words(Random random, Object options) {
    List<String> words = new ArrayList<>();
    JobKeys.options(JobKeys.lineOf(options)).values().stream()
        .filter(option -> !OF_KEYS.contains(option.longestName()))
        .filter(_ -> random.nextInt(3) == 0)
        .forEach(option -> {
          List<String> samples = samples(option);
          assertThat(samples).as("samples of the values of %s", option).isNotEmpty();
          String sample = samples.get(random.nextInt(samples.size()));
          words.add(option.longestName() + (sample.isEmpty() ? "" : "=" + sample));
          if (option.isMultiValue()) {
            words.add(option.longestName() + "=" + samples.get(random.nextInt(samples.size())));
          }
        });
    return words;
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aTranscodeThatIsWritten_isReadAsItWas(int seed) throws IOException {
    List<String> words = words(new Random(seed), new JobOptions());
    PlanCommand plan = parsed(PlanCommand.class, "plan", words.toArray(String[]::new));
    String text = JobText.of(JobFile.TRANSCODE, "in.mkv", "out", plan.self, plan.job);
    assertSame(text, () -> plan.job.spec());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLadderThatIsWritten_isReadAsItWas(int seed) throws IOException {
    List<String> words = words(new Random(seed), new LadderOptions());
    LadderCommand command = parsed(LadderCommand.class, "ladder", words.toArray(String[]::new));
    String text = JobText.of(JobFile.LADDER, "in.mkv", "out", command.self, command.ladder);
    assertSame(text, () -> command.ladder.spec("in.mkv", "out", Optional.empty()));
  }

  private interface Spec {
    Job get();
  }

  private static void assertSame(String text, Spec spec) throws IOException {
    if (catchThrowable(spec::get) instanceof UsageException) {
      assertThat(mistakes(text)).as(text).isNotEmpty();
      return;
    }
    assertThat(mistakes(text)).as(text).isEmpty();
    assertThat(read(text)).as(text).isEqualTo(spec.get());
    assertThat(schema().validate(text, InputFormat.YAML)).as(text).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b.mkv", "true", "007", "- x", "ö.mkv", "a\"b\\c", "#1.mkv", "1e3", "*", "a: b"})
  void names_areWrittenAsTheyAre(String name) {
    PlanCommand plan = parsed(PlanCommand.class, "plan");
    Job job = read(JobText.of(JobFile.TRANSCODE, name, "to " + name, plan.self, plan.job));
    assertThat(job).isEqualTo(new JobOptionsOf(name, "to " + name).spec());
  }

  private record JobOptionsOf(String input, String output) {
    JobSpec spec() {
      JobOptions options = new JobOptions();
      options.input = input;
      options.output = output;
      return options.spec();
    }
  }

  // ---- mistakes

  private static Arguments mistake(String text, String said) {
    return Arguments.of(text, said);
  }

  static Stream<Arguments> mistakes() {
    String job = "transcode:\n  input: a\n  output: b\n  ";
    String ladder = "ladder:\n  input: a\n  output: b\n  ";
    return Stream.of(
        mistake("transcod: {}", "job.yaml:1: transcod: no such key"),
        mistake("{}", "job.yaml:1: holds no job"),
        mistake("[]", "job.yaml:1: holds a list, and should begin with transcode: or ladder:"),
        mistake("hello", "job.yaml:1: holds 'hello', and should begin with"),
        mistake("transcode:\nladder:\n", "job.yaml:1: holds "),
        mistake(PENSTOCK + "ladder: {input: a, output: b}", "job.yaml:1: holds two jobs"),
        mistake("transcode: {input: a}", "job.yaml:1: transcode: has no output"),
        mistake("transcode: {output: a, input: }", "job.yaml:1: transcode.input: holds nothing"),
        mistake("transcode: {output: a, input: [x]}", "transcode.input: holds a list"),
        mistake(job + "size: big", "job.yaml:4: transcode.size: 'big' is not a size (720p"),
        mistake(job + "size: [720p]", "job.yaml:4: transcode.size: holds a list, and should hold"),
        mistake(job + "quality: {a: 1}", "transcode.quality: holds keys with values"),
        mistake(job + "quality: fine", "transcode.quality: 'fine' is not a number of 0 or more"),
        mistake(job + "strict: yes", "transcode.strict: 'yes' is neither true nor false"),
        mistake(job + "hardware: false", "'false' is none of auto, prefer, require, off"),
        mistake(job + "threads: 0", "transcode.threads: '0' is not a whole number"),
        mistake(job + "threads: 1.5", "transcode.threads: '1.5' is not a whole number"),
        mistake(job + "audio-tracks: [1, x]", "transcode.audio-tracks[1]: 'x' is not a list of"),
        mistake(job + "audio-tracks: []", "transcode.audio-tracks: is an empty list"),
        mistake(job + "encoder-option: tune=grain", "holds 'tune=grain', and should hold names"),
        mistake(job + "encoder-option: {a: [1]}", "transcode.encoder-option.a: holds a list"),
        mistake(job + "gop:", "job.yaml:4: transcode.gop: holds nothing"),
        mistake(job + "overwrite: true", "job.yaml:4: transcode.overwrite: no such key"),
        mistake(job + "rungs: auto", "job.yaml:4: transcode.rungs: no such key"),
        mistake(ladder + "codec: h264", "job.yaml:4: ladder.codec: no such key"),
        mistake(
            ladder + "codecs: [h264, vp9]", "ladder.codecs[1]: 'vp9' is not a codec of ladders"),
        mistake(ladder + "codecs: ['h264,hevc']", "ladder.codecs[0]: 'h264,hevc' is several"),
        mistake(ladder + "rungs: 720", "ladder.rungs: '720' is not a rung"),
        mistake(ladder + "rungs: []", "ladder.rungs: is an empty list"),
        mistake(
            ladder + "rungs:\n  - 720p:q1x", "job.yaml:5: ladder.rungs[0]: '720p:q1x' has 'q1x'"),
        mistake(ladder + "rungs: [720p, [480p]]", "ladder.rungs[1]: holds a list"),
        mistake(ladder + "rungs: [{bitrate: 1M}]", "ladder.rungs[0]: has no size"),
        mistake(ladder + "rungs: [{size: 720}]", "ladder.rungs[0].size: '720' is not the size of"),
        mistake(
            ladder + "rungs: [{size: 720p, bitrat: 1M}]", "ladder.rungs[0].bitrat: no such key"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakes(String text, String said) throws IOException {
    assertThat(mistakes(text)).as(text).anyMatch(line -> line.contains(said));
    assertThat(schema().validate(text, InputFormat.YAML)).as(text).isNotEmpty();
  }

  static Stream<Arguments> notWhatItSeems() {
    return Stream.of(
        mistake(PENSTOCK + PENSTOCK, "job.yaml:2: transcode: stands there twice, first on line 1"),
        mistake("a: &x [1]\nb: *x\n", "job.yaml:2: b: refers to an anchor"),
        mistake("transcode: !!binary aGk=\n", "job.yaml:1: transcode: has a tag"),
        mistake(PENSTOCK + "---\n" + PENSTOCK, "job.yaml:3: a second document begins here"),
        mistake("transcode:\n\tinput: a\n", "job.yaml:2: is not YAML: "),
        mistake("transcode: [1\n", "is not YAML: expected ',' or ']'"),
        mistake("", "job.yaml:1: is empty"),
        mistake("# nothing\n", "job.yaml:1: is empty"),
        mistake("transcode: {input: \"a\\0b\", output: b}", "transcode.input: holds a control"),
        mistake("a: ".repeat(1) + "[".repeat(5000), "is nested too deeply"),
        mistake("{a: ".repeat(5000), "is nested too deeply"),
        mistake("{\"a\": 1,}", "job.yaml:1: is not JSON: "),
        mistake("transcode: {input: a, output: b, gop: " + "9".repeat(5000) + "}", "is neither"),
        mistake("transcode: {input: a, output: b, quality: 1e999999999}", "is not a number"));
  }

  @ParameterizedTest
  @MethodSource("notWhatItSeems")
  void whatIsNotWhatItSeems_isRefused(String text, String said) {
    assertThat(mistakes(text)).as(text).anyMatch(line -> line.contains(said));
  }

  @Test
  void bombs_areNotFollowed() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
    }
    assertThat(mistakes(bomb.toString())).anyMatch(line -> line.contains("refers to an anchor"));
  }

  /** Written out they would have two thousand million digits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e2147483647",
        "1e-2147483647",
        "1111111111111111111111111111111111111111e-2147483640",
        "1111111111111111111111111111111111111111e2147483600",
      })
  void numbersThatAreBombs_areNotWrittenOut(String number) {
    assertThat(
            mistakes(
                "{\"transcode\": {\"input\": \"/a\", \"output\": \"/b.mp4\", \"bitrate\": "
                    + number
                    + "}}"))
        .anyMatch(line -> line.contains("transcode.bitrate: '1"));
  }

  @Test
  void allMistakes_areToldAtOnce_inTheOrderOfTheLines_withTheNearestKey() throws IOException {
    Path job =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            ladder:
              inptu: in.mkv
              output: out
              rungs:
                - size: 720p
                  bitrat: 2M
              max_bitrate: 3M
              gop: 2x
            """);
    for (String mode : List.of("--dry-run", "--strict-not-known")) {
      Answer answer = Cli.run("run", job, mode).withoutTraces();
      assertThat(answer.exit()).isEqualTo(2);
      if (mode.equals("--dry-run")) {
        assertThat(answer.err())
            .isEqualTo(
                """
                penstock: %1$s:2: ladder: has no input
                  next: name what to read
                penstock: %1$s:2: ladder.inptu: no such key
                  next: did you mean input? see docs/jobs.md
                penstock: %1$s:6: ladder.rungs[0].bitrat: no such key
                  next: did you mean bitrate? see docs/jobs.md
                penstock: %1$s:7: ladder.max_bitrate: no such key
                  next: see docs/jobs.md
                penstock: %1$s:8: ladder.gop: '2x' is not a time (90, 90s, 1m30s or 00:01:30.5)
                  next: see docs/jobs.md
                """
                    .formatted(job));
      }
    }
    Answer json = Cli.run("run", job, "--progress", "json");
    assertThat(json.exit()).isEqualTo(2);
    assertThat(json.err())
        .startsWith("{\"event\":\"failed\"")
        .contains("ladder.gop")
        .hasLineCount(1);
  }

  @Test
  void whatOptionsSayOfEachOther_isSaidOfTheKey() {
    assertThat(mistakes("ladder:\n  input: a\n  output: b\n  gop: 0\n"))
        .containsExactly("job.yaml:4: ladder.gop: is not above zero");
    assertThat(mistakes("transcode:\n  input: a\n  output: '-'\n"))
        .containsExactly("job.yaml:3: transcode.output: standard output cannot be written to");
  }

  @Test
  void filesThatAreNoJobs_areRefused() throws IOException {
    Cli.run("run", folder.resolve("none.yaml")).refuses("there is no such file");
    Cli.run("run", folder).refuses("cannot be read");
    Path large = Files.write(folder.resolve("large.yaml"), new byte[1 << 21]);
    Cli.run("run", large).refuses("more than 1 MiB");
    Path media = Files.write(folder.resolve("media.yaml"), new byte[] {(byte) 0xff, 0, 1});
    Cli.run("run", media).refuses("not text in UTF-8");
    Path own =
        Files.writeString(folder.resolve("own.yaml"), "transcode: {input: a, output: own.yaml}");
    Cli.run("run", own, "--overwrite").refuses("is the job file");
    Cli.run("run", own, "--json").refuses("is for --dry-run");
  }

  @Test
  void whateverIsInAFile_isReadOrRefused() throws IOException {
    byte[][] seeds =
        examples()
            .map(each -> ((String) each.get()[1]).getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    Random random = new Random(7);
    String marks = "{}[]:,-&*!|>'\"%@`#?\t\n \\~01a\u0000";
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) marks.charAt(random.nextInt(marks.length()));
      }
      refused += mistakes(new String(bytes, StandardCharsets.UTF_8)).isEmpty() ? 0 : 1;
    }
    assertThat(refused).isBetween(1, 599);
  }

  // ---- what is run

  @Test
  void aTranscode_hasTheSameBytes() throws Exception {
    Oracle.clip(folder, "in.mkv");
    Path job =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            transcode:
              input: in.mkv
              output: run.mp4
              codec: h264
              preset: p1
              audio: aac:64k
              size: 48p
              duration: 2s
            """);
    Cli.run("run", job, "--report", folder.resolve("report.json")).succeeds();
    Cli.encode(
            folder.resolve("in.mkv"),
            folder.resolve("direct.mp4"),
            "--size",
            "48p",
            "--duration",
            "2s")
        .succeeds();
    assertThat(folder.resolve("run.mp4")).hasSameBinaryContentAs(folder.resolve("direct.mp4"));
    assertThat(folder.resolve("report.json")).content().contains("\"penstock\"");
    Cli.run("run", job).refuses("exists already");
    Cli.run("run", job, "--overwrite").succeeds();
  }

  @Test
  void aLadder_hasTheSameBytes_andTheSamePlan() throws Exception {
    Path in = Oracle.clip(folder, "in.mkv");
    String text =
        """
        ladder:
          input: %s
          output: %s
          rungs: [64p:200k, {size: 32p, bitrate: 100k}]
          preset: p1
          segments: 2s
        """;
    Path job = Files.writeString(folder.resolve("job.yaml"), text.formatted("in.mkv", "run"));
    List<String> words =
        List.of("--rungs", "64p:200k,32p:100k", "--preset", "p1", "--segments", "2s");
    Cli.run("run", job).succeeds();
    Cli.run(Cli.strings("ladder", in, folder.resolve("direct"), words).toArray()).succeeds();
    try (Stream<Path> files = Files.walk(folder.resolve("direct"))) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSizeGreaterThan(4);
      for (Path file : all) {
        assertThat(folder.resolve("run").resolve(folder.resolve("direct").relativize(file)))
            .hasSameBinaryContentAs(file);
      }
    }
    Path other = folder.resolve("other");
    Files.writeString(job, text.formatted(in, other));
    assertThat(Cli.run("run", job, "--dry-run").succeeds().out())
        .isEqualTo(
            Cli.run(Cli.strings("ladder", in, other, words, "--dry-run").toArray())
                .succeeds()
                .out());
  }

  @Test
  void standardInput_holdsAJob_andNotItsInputToo() throws Exception {
    Oracle.clip(folder, "in.mkv");
    Path job = folder.resolve("job.yaml");
    Files.writeString(job, "transcode: {input: in.mkv, output: out.mp4}");
    try (Child child = Child.start(folder, job, "run", "-", "--dry-run", "--json")) {
      assertThat(child.answer().succeeds().out()).contains("\"out.mp4\"");
    }
    Files.writeString(job, "transcode: {input: '-', output: out.mp4}");
    try (Child child = Child.start(folder, job, "run", "-")) {
      child.answer().refuses("standard input holds the job");
    }
  }

  @Test
  void otherCommands_loadNothingOfYaml() throws Exception {
    Oracle.clip(folder, "in.mkv");
    List<String> words = Cli.strings("transcode", "in.mkv", "out.mp4", Cli.QUICK);
    List<String> command = new ArrayList<>(Child.command(words.toArray()));
    command.add(command.indexOf("-cp"), "-Xlog:class+load");
    try (Child child = Child.start(folder, Path.of("/dev/null"), words, command)) {
      assertThat(child.answer().succeeds().out())
          .contains("dev.penstock.cli.TranscodeCommand")
          .doesNotContain("dataformat.yaml", "org.snakeyaml");
    }
  }

  @Test
  void printedJobs_needNoInput() {
    assertThat(
            Cli.run("plan", "none.mkv", "o.mp4", "--size", "720p", "--strict", "--job", "-v")
                .succeeds()
                .out())
        .isEqualTo(
            """
            transcode:
              input: none.mkv
              output: o.mp4
              size: 720p
              strict: true
            """);
    assertThat(
            Cli.run(
                    "ladder",
                    "none.mkv",
                    "o",
                    "--lanes",
                    "2",
                    "--rungs",
                    "720p:q23",
                    "--dry-run",
                    "--job")
                .succeeds()
                .out())
        .isEqualTo(
            """
            ladder:
              input: none.mkv
              output: o
              rungs: 720p:q23
            """);
    Cli.run("ladder", "none.mkv", "o", "--job").refuses("is for --dry-run");
    Cli.run("plan", "none.mkv", "o.mp4", "--job", "--json").refuses("another form");
  }

  @Test
  void theReader_saysWhereARungIsWrong_asTheCommandLine() {
    assertThatThrownBy(() -> Values.rungs("720p:qfine")).hasMessageContaining("has 'qfine'");
    assertThat(RungText.parse("720p:1").bitrate()).hasValue(1);
  }

  @Test
  void aKey_liesBesideTheJobFile(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("key.bin"), new byte[16]);
    Path file =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            ladder:
              input: in.mkv
              output: out
              encrypt: aes-128
              key: key.bin
              key-url: https://keys.example.com/1
            """);

    JobFile.Wanted wanted = JobFile.read(file.toString());

    assertThat(wanted.key()).isPresent();
    assertThat(((LadderSpec) wanted.job()).delivery().encryption()).isPresent();
    assertThat(schema().validate(Files.readString(file), InputFormat.YAML)).isEmpty();
  }
}
