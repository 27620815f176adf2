package dev.penstock.node;

import dev.penstock.engine.Leftovers;
import dev.penstock.node.http.SpecCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The folders of jobs, and what workers that were killed left beside outputs. */
final class JobFolders {
  private final Path root;
  private final SpecCheck specs;
  private final Consumer<RuntimeException> trouble;

  /**
   * @param root of all
   * @param specs knows the outputs of a job
   * @param trouble told of what cannot be deleted, which then stays
   */
  JobFolders(Path root, SpecCheck specs, Consumer<RuntimeException> trouble) {
    this.root = root;
    this.specs = specs;
    this.trouble = trouble;
  }

  Path of(JobId id) {
    return root.resolve(id.value());
  }

  /** Whether anything is kept of it. */
  boolean isThere(JobId id) {
    return Files.exists(of(id)) || Files.exists(JobFolder.report(of(id)));
  }

  /**
   * Deletes what is of no use: all of jobs that are over or unknown, and of others what was being
   * written beside their outputs. No worker may be running.
   */
  void tidy(Function<JobId, Optional<JobRecord>> jobs) {
    for (JobId id : present()) {
      Optional<JobRecord> job = jobs.apply(id);
      job.ifPresent(this::removeLeftovers);
      if (job.filter(each -> !each.state().isEnded()).isEmpty()) {
        discard(id);
      }
    }
  }

  private Set<JobId> present() {
    Set<JobId> ids = new TreeSet<>(Comparator.comparing(JobId::value));
    try (Stream<Path> all = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
      all.map(path -> path.getFileName().toString().split("\\.", 2)[0])
          .flatMap(name -> id(name).stream())
          .forEach(ids::add);
    } catch (IOException e) {
      trouble.accept(new UncheckedIOException(e));
    }
    return ids;
  }

  private static Optional<JobId> id(String name) {
    try {
      return Optional.of(new JobId(name));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** What was being written beside the outputs of a job that no worker has. */
  void removeLeftovers(JobRecord job) {
    if (specs.check(job.submission().spec()) instanceof SpecCheck.Checked checked) {
      for (String target : checked.writes()) {
        try {
          List<Path> _ = Leftovers.remove(Path.of(target), of(job.id()));
        } catch (IOException e) {
          trouble.accept(new UncheckedIOException(e));
        }
      }
    }
  }

  /** Segments, and all else, of a job that is over. */
  void discard(JobId id) {
    delete(of(id));
    delete(JobFolder.report(of(id)));
    delete(of(id).resolveSibling(id.value() + JobFolder.REPORT + ".part"));
  }

  private void delete(Path tree) {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException _) {
      // It never had any.
    } catch (UncheckedIOException e) {
      trouble.accept(e);
    } catch (IOException e) {
      trouble.accept(new UncheckedIOException(e));
    }
  }
}
