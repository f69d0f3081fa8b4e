import { isFiltered, type LogView } from '../../state/log-room.ts';
import type { LevelCounts } from '../../text/log-filter.ts';
import type { Level } from '../../text/log-level.ts';
import { LOG_WORDS } from '../../words/log-words.ts';
import { Icon } from '../icons.tsx';
import { useLanguage } from '../language.ts';
import { Live } from '../live.tsx';

export interface LogToolsProps {
  readonly view: LogView;
  readonly change: (view: LogView) => void;
  readonly sources: readonly string[];
  readonly counts: LevelCounts;
  readonly shown: number;
  readonly all: number;
  /** Lines that have come since the reader paused. */
  readonly newer: number;
  readonly isComplete: boolean;
  readonly isFollowing: boolean;
  readonly pause: () => void;
  readonly follow: () => void;
  readonly copyLines: () => void;
}

const LEVELS: readonly Level[] = ['error', 'warning', 'info', 'debug'];

/** Above a log: where it comes from, what of it is shown, and whether it goes on. */
export function LogTools(props: LogToolsProps) {
  const { view, change, sources, counts, shown, all, newer, isComplete, isFollowing } = props;
  const { id } = useLanguage();
  const words = LOG_WORDS[id];
  const toggle = (level: Level) => {
    const levels = new Set(view.levels);
    if (!levels.delete(level)) levels.add(level);
    change({ ...view, levels });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no flex container in older browsers
    <div class="log-tools" role="group" aria-label={words.tools} data-testid="log-tools">
      <div class="log-top">
        <p class="log-sources" data-testid="log-sources" title={sources.join(', ')}>
          <bdi>{words.sources(sources)}</bdi>
        </p>
        <p class="log-count" role="status" data-testid="log-count">
          {isFiltered(view) && <Live text={words.matches(shown, all, isComplete)} />}
        </p>
        <div class="log-deeds">
          <button
            type="button"
            class="log-chip"
            aria-pressed={view.wraps}
            data-testid="log-wrap"
            title={words.wrapHint}
            onClick={() => change({ ...view, wraps: !view.wraps })}
          >
            {words.wrap}
          </button>
          <button
            type="button"
            class="log-chip"
            title={words.copyLines}
            aria-label={words.copyLines}
            data-testid="log-copy"
            onClick={props.copyLines}
          >
            <Icon name="copy" />
          </button>
          <button
            type="button"
            class="log-chip"
            data-testid="log-follow"
            data-following={isFollowing}
            onClick={isFollowing ? props.pause : props.follow}
          >
            <Live text={followText()} />
          </button>
        </div>
      </div>
      <div class="log-choice">
        <div class="log-levels">
          {LEVELS.map((level) => (
            <button
              key={level}
              type="button"
              class="log-chip"
              aria-pressed={view.levels.has(level)}
              data-level={level}
              data-testid={`level-${level}`}
              onClick={() => toggle(level)}
            >
              {words.levels[level]}
              <span class="log-chip-count">
                <Live text={words.count(counts[level])} />
              </span>
            </button>
          ))}
        </div>
        {sources.length > 1 && (
          <select
            class="log-source-choice"
            value={view.source}
            aria-label={words.source}
            data-testid="log-source"
            onChange={({ currentTarget }) => change({ ...view, source: currentTarget.value })}
          >
            <option value="">{words.allSources}</option>
            {sources.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <input
          type="search"
          class="log-find"
          value={view.text}
          placeholder={words.filter}
          aria-label={words.filter}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="auto"
          data-testid="log-filter"
          onInput={({ currentTarget }) => change({ ...view, text: currentTarget.value })}
        />
      </div>
    </div>
  );

  function followText(): string {
    if (isFollowing) return words.pause;
    return newer > 0 ? words.followNew(newer) : words.follow;
  }
}
