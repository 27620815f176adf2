package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WordSearchTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();

  @Test
  void wordsWithinWords_areAllFound_inAnyCase() {
    WordSearch search =
        new WordSearch(
            List.of(List.of("he"), List.of("she"), List.of("his", "hers"), List.of("usher!")));
    assertThat(search.in("USHERS")).isEqualTo(BitSet.valueOf(new long[] {0b0111}));
    assertThat(search.in("h\u00e9")).isEqualTo(new BitSet());
    assertThat(search.in("sh\u00fche")).isEqualTo(BitSet.valueOf(new long[] {0b0001}));
  }

  @Test
  void whatHasNoWords_orOtherLetters_isInEverything() {
    WordSearch search =
        new WordSearch(List.of(List.of(), List.of("gr\u00fcn"), List.of("a"), List.of("")));
    assertThat(search.in("")).isEqualTo(BitSet.valueOf(new long[] {0b1011}));
  }

  /** Few letters, so that words overlap in every way. */
  @RepeatedTest(50)
  void itFinds_whatLookingForEachWordFinds(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<List<String>> words = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      words.add(Stream.generate(() -> text(random, 1 + random.nextInt(5))).limit(2).toList());
    }
    WordSearch search = new WordSearch(words);
    for (int i = 0; i < 50; i++) {
      String text = text(random, random.nextInt(40));
      BitSet expected = new BitSet();
      for (int j = 0; j < words.size(); j++) {
        expected.set(
            j,
            words.get(j).stream()
                .anyMatch(
                    word -> text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT))));
      }
      assertThat(search.in(text)).as("%s in %s", words, text).isEqualTo(expected);
    }
  }

  private static String text(Random random, int length) {
    return random
        .ints(length, 0, 6)
        .collect(StringBuilder::new, (all, each) -> all.append("abcAB-".charAt(each)), (a, _) -> {})
        .toString();
  }

  /** What any pattern finds has one of that pattern's words: nothing is passed over. */
  @Test
  void ofAllLinesAtHand_noneIsMissed() throws IOException {
    List<String> lines = lines();
    int found = 0;
    for (String line : lines) {
      BitSet messages = CATALOGUE.messageWords().in(line);
      for (int i = 0; i < CATALOGUE.messages().size(); i++) {
        if (CATALOGUE.messages().get(i).pattern().matcher(line).find()) {
          assertThat(messages.get(i)).as("%s in %s", CATALOGUE.messages().get(i), line).isTrue();
          found++;
        }
      }
      BitSet rules = CATALOGUE.kernelWords().in(line);
      for (int i = 0; i < CATALOGUE.rules().size(); i++) {
        for (int from = 0; from < Math.min(line.length(), 60); from++) {
          if (CATALOGUE
              .rules()
              .get(i)
              .pattern()
              .matcher(line)
              .region(from, line.length())
              .matches()) {
            assertThat(rules.get(i)).as("%s in %s", CATALOGUE.rules().get(i), line).isTrue();
            found++;
          }
        }
      }
    }
    assertThat(found).isGreaterThan(40 * CATALOGUE.messages().size());
  }

  @Test
  void everyPattern_hasWords() {
    assertThat(CATALOGUE.messages())
        .allMatch(message -> !Literals.of(message.pattern().pattern()).isEmpty());
    assertThat(CATALOGUE.rules())
        .allMatch(rule -> !Literals.of(rule.pattern().pattern()).isEmpty());
  }

  /** Those of the tests, which are of real logs, and the catalogue's own. */
  private static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String file :
        List.of("kernel-lines.txt", "kernel.json", "errors.json", "questions.json")) {
      try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
        lines.addAll(
            new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList());
      }
    }
    Path tests = Path.of("src/test/java/dev/penstock/hardware/health/ExplainerTest.java");
    lines.addAll(Files.readAllLines(tests));
    CATALOGUE.messages().forEach(message -> made(message.pattern().pattern(), lines));
    CATALOGUE.rules().forEach(rule -> made(rule.pattern().pattern(), lines));
    return lines;
  }

  /** Texts that a pattern matches, each made in another way. */
  private static void made(String pattern, List<String> lines) {
    for (int seed = 0; seed < 40; seed++) {
      String line = new Maker(pattern, new Random(seed)).alternatives();
      assertThat(Pattern.compile(pattern).matcher(line).find())
          .as("%s is made of %s", line, pattern)
          .isTrue();
      lines.add(line);
    }
  }

  /** Makes a text of the plain subset of regular expressions that the catalogue uses. */
  private static final class Maker {
    private static final String SOME = "a7 Z";

    private final String pattern;
    private final Random random;
    private int at;

    Maker(String pattern, Random random) {
      this.pattern = pattern;
      this.random = random;
    }

    /** Up to the end of a group or of all: one of the alternatives. */
    String alternatives() {
      List<String> made = new ArrayList<>();
      made.add(sequence());
      while (at < pattern.length() && pattern.charAt(at) == '|') {
        at++;
        made.add(sequence());
      }
      return made.get(random.nextInt(made.size()));
    }

    private String sequence() {
      StringBuilder text = new StringBuilder();
      while (at < pattern.length() && "|)".indexOf(pattern.charAt(at)) < 0) {
        int start = at;
        String first = one();
        int times = times();
        int after = at;
        for (int i = 0; i < times; i++) {
          at = start;
          text.append(i == 0 ? first : one());
        }
        at = after;
      }
      return text.toString();
    }

    private String one() {
      char here = pattern.charAt(at++);
      return switch (here) {
        case '(' -> group();
        case '[' -> classOf();
        case '.' -> some(SOME);
        case '^', '$' -> "";
        case '\\' -> escape(pattern.charAt(at++));
        default -> String.valueOf(here);
      };
    }

    private String group() {
      if (pattern.startsWith("?:", at)) {
        at += 2;
      } else if (pattern.startsWith("?<", at)) {
        at = pattern.indexOf('>', at) + 1;
      }
      assertThat(pattern.charAt(at)).isNotEqualTo('?');
      String made = alternatives();
      at++;
      return made;
    }

    /** Any printable character that it takes. */
    private String classOf() {
      int end = pattern.indexOf(']', at + 1);
      Pattern own = Pattern.compile(pattern.substring(at - 1, end + 1));
      at = end + 1;
      String taken =
          IntStream.rangeClosed(' ', '~')
              .mapToObj(Character::toString)
              .filter(own.asMatchPredicate())
              .collect(Collectors.joining());
      return some(taken);
    }

    private String escape(char named) {
      return switch (named) {
        case 'd' -> some("0123456789");
        case 'w' -> some("ab_1");
        case 's' -> " ";
        case 'S' -> some("ab:1");
        case 'b' -> "";
        default -> String.valueOf(named);
      };
    }

    private String some(String characters) {
      return String.valueOf(characters.charAt(random.nextInt(characters.length())));
    }

    private int times() {
      char here = at < pattern.length() ? pattern.charAt(at) : ' ';
      int times =
          switch (here) {
            case '?' -> random.nextInt(2);
            case '*' -> random.nextInt(3);
            case '+' -> 1 + random.nextInt(2);
            case '{' -> Integer.parseInt(pattern.substring(at + 1).split("[,}]", 2)[0]);
            default -> 1;
          };
      at += "?*+{".indexOf(here) < 0 ? 0 : 1;
      if (here == '{') {
        at = pattern.indexOf('}', at) + 1;
      }
      if (here != ' '
          && at < pattern.length()
          && pattern.charAt(at) == '?'
          && "?*+{".indexOf(here) >= 0) {
        at++;
      }
      return times;
    }
  }
}
