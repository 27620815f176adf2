package dev.penstock.node.journal;

import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.Jobs;
import dev.penstock.node.Submission;
import dev.penstock.node.text.UrlUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jobs by what is written on them. Looks along so many jobs and no further, so that a page costs
 * the same however many there are: a page may hold fewer jobs than it could, even none, and the
 * next goes on behind the last that was looked at. No index of words: that would cost each
 * submission several times what a row does.
 */
final class Search {
  /** One after the other, as the rows lie. */
  private static final int ALONG = 8_000;

  /** Each found by its id. */
  private static final int AMONG = 2_000;

  private static final int SHORTEST_ENDING = 6;
  private static final Pattern OF_AN_ID = Pattern.compile("[0-9a-z]{1,26}");

  /** What is longer is found by its beginning, so that looking takes no longer. */
  private static final int MOST_TEXT = 2048;

  private Search() {}

  /** What is written on it: labels, input and output, in lower case. */
  static String text(Submission asked) {
    return Stream.concat(
            asked.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> each.getKey() + "=" + each.getValue()),
            Stored.named(asked.spec(), "input", "output").stream())
        .map(each -> UrlUsers.hidden(each, ""))
        .map(each -> each.length() <= MOST_TEXT ? each : each.substring(0, MOST_TEXT))
        .collect(Collectors.joining("\n"))
        .toLowerCase(Locale.ROOT);
  }

  static Jobs.Page page(Sql sql, JobQuery query) {
    boolean isAlong =
        query.tenant().isEmpty()
            && query.states().isEmpty()
            && query.jobClass().isEmpty()
            && query.labels().isEmpty();
    var arguments = new ArrayList<Object>();
    String looked = isAlong ? along(query, arguments) : among(query, arguments);
    var all = new ArrayList<Object>(arguments);
    String hit = hit(query, all);
    all.add(query.limit() + 1);
    // As they come: SQLite looks no further than it must.
    List<String> hits =
        sql.all(
            "SELECT x.job FROM (" + looked + ") x WHERE " + hit + " LIMIT ?",
            Sql.TEXT,
            all.toArray());
    List<String> shown = hits.subList(0, Math.min(query.limit(), hits.size()));
    Optional<String> next =
        hits.size() > query.limit()
            ? Optional.of(shown.getLast())
            : sql.first(
                "SELECT job FROM (" + looked + ") LIMIT 1 OFFSET ?",
                Sql.TEXT,
                with(arguments, isAlong ? ALONG - 1 : AMONG - 1));
    return new Jobs.Page(JobRows.listed(sql, shown), next.map(JobId::new));
  }

  private static Object[] with(List<Object> arguments, int more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toArray();
  }

  private static String hit(JobQuery query, List<Object> arguments) {
    String words =
        query.words().stream()
            .map(word -> hit(word, arguments))
            .collect(Collectors.joining(" AND "));
    query.tenant().ifPresent(arguments::add);
    return words + (query.tenant().isPresent() ? " AND x.tenant = ?" : "");
  }

  private static String hit(String word, List<Object> arguments) {
    arguments.add(word);
    String written = "instr(x.text, ?) > 0";
    if (!OF_AN_ID.matcher(word).matches()) {
      return written;
    }
    String id = word.toUpperCase(Locale.ROOT);
    arguments.add(id);
    String begins = written + " OR substr(x.job, 1, " + id.length() + ") = ?";
    if (id.length() < SHORTEST_ENDING) {
      return "(" + begins + ")";
    }
    arguments.add(id);
    return "(" + begins + " OR substr(x.job, -" + id.length() + ") = ?)";
  }

  private static String along(JobQuery query, List<Object> arguments) {
    arguments.addAll(JobRows.range(query));
    arguments.add(ALONG);
    return "SELECT job, tenant, text FROM searched WHERE job < ? AND job >= ?"
        + " ORDER BY job DESC LIMIT ?";
  }

  private static String among(JobQuery query, List<Object> arguments) {
    String found = JobRows.found(query, AMONG, arguments);
    arguments.add(AMONG);
    return "SELECT s.job, s.tenant, s.text FROM (SELECT found FROM ("
        + found
        + ") ORDER BY found DESC LIMIT ?) CROSS JOIN searched s ON s.job = found";
  }
}
