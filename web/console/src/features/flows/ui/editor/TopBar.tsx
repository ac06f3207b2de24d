// Above the drawing: where one is, whether it is saved and sound, and the large deeds.
import { navigate, Link } from '../../../../app/router';
import { useT } from '../../../../i18n';
import { Badge, Button, Icon, IconButton, Menu, MenuItem, MenuSeparator, Segmented, cx, type Tone } from '../../../../ui';
import type { FlowView } from '@qingniao/shared/flow';
import { editorMessages } from '../../messages/editor';
import { ExportItems } from '../list/ExportItems';
import { useDocument, useEditor, useTravel } from './context';
import type { Autosave, SaveState } from './use-autosave';
import type { Checked } from './use-problems';
import styles from './TopBar.module.css';

export type View = 'canvas' | 'outline';

export interface TopBarProps {
  flow: FlowView;
  view: View;
  onView: (view: View) => void;
  saving: Autosave;
  checked: Checked;
  readOnly: boolean;
  simulating: boolean;
  onProblems: () => void;
  onSimulate: () => void;
  onPublish: () => void;
  onAdd: () => void;
  onSide: () => void;
  onBacktest: () => void;
}

export function TopBar(props: TopBarProps) {
  const { flow, view, onView, saving, checked, readOnly, simulating } = props;
  const t = useT(editorMessages);
  const document = useDocument();
  return (
    <header className={styles.bar}>
      <Link to="/flows" className={styles.back} aria-label={t('back')}>
        <Icon name="chevronLeft" size={18} />
      </Link>
      <div className={styles.heading}>
        <h1 className={styles.name}>{document.name}</h1>
        <span className={styles.state} aria-live="polite">
          {readOnly ? t('readOnly') : t(SAVE_WORDS[saving.state])}
        </span>
      </div>
      <span className={styles.wideOnly}>
        <Badge tone={flow.live ? (flow.enabled ? 'success' : 'neutral') : 'neutral'}>{flow.live ? t(flow.enabled ? 'liveNumber' : 'offNumber', { n: flow.live.number }) : t('neverLive')}</Badge>
      </span>
      <ProblemsButton checked={checked} onClick={props.onProblems} />
      <span className={styles.gap} />
      <Segmented<View>
        label={t('view')}
        value={view}
        onChange={onView}
        options={[
          { value: 'canvas', label: t('canvasView') },
          { value: 'outline', label: t('outline') },
        ]}
      />
      {!readOnly && <Tools onAdd={props.onAdd} />}
      <span className={styles.narrowOnly}>
        <IconButton icon="panelRight" label={t('properties')} onClick={props.onSide} />
      </span>
      <More flow={flow} saving={saving} readOnly={readOnly} onBacktest={props.onBacktest} />
      {!readOnly && (
        <span className={styles.deeds}>
          <Button icon="flask" aria-pressed={simulating} onClick={props.onSimulate}>
            {t('simulate')}
          </Button>
          <Button variant="primary" onClick={props.onPublish}>
            {t('publish')}
          </Button>
        </span>
      )}
    </header>
  );
}

const SAVE_WORDS = { clean: 'saved', dirty: 'unsaved', saving: 'saving', failed: 'saveFailed', conflict: 'saveConflict' } as const satisfies Record<SaveState, string>;

function ProblemsButton({ checked, onClick }: { checked: Checked; onClick: () => void }) {
  const t = useT(editorMessages);
  const tone: Tone = checked.errors > 0 ? 'danger' : checked.warnings > 0 ? 'warning' : 'success';
  const words = checked.errors > 0 ? t('errorCount', { n: checked.errors }) : checked.warnings > 0 ? t('warningCount', { n: checked.warnings }) : t('sound');
  return (
    <button type="button" className={styles.problems} onClick={onClick}>
      <Badge tone={tone} icon={checked.errors > 0 ? 'alert' : checked.warnings > 0 ? 'info' : 'check'}>
        <span className={cx(tone === 'success' && styles.sound)}>{words}</span>
      </Badge>
    </button>
  );
}

function Tools({ onAdd }: { onAdd: () => void }) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const { canUndo, canRedo } = useTravel();
  return (
    <span className={styles.tools}>
      <IconButton icon="plus" label={t('addStep')} onClick={onAdd} />
      <IconButton icon="undo" label={t('undo')} disabled={!canUndo} onClick={editor.undo} />
      <span className={styles.mirrored}>
        <IconButton icon="undo" label={t('redo')} disabled={!canRedo} onClick={editor.redo} />
      </span>
      <span className={styles.wideOnly}>
        <IconButton icon="grip" label={t('tidy')} onClick={() => editor.tidy()} />
      </span>
    </span>
  );
}

function More({ flow, saving, readOnly, onBacktest }: { flow: FlowView; saving: Autosave; readOnly: boolean; onBacktest: () => void }) {
  const t = useT(editorMessages);
  const hasDraft = saving.revision > 0 || saving.state !== 'clean';
  return (
    <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
      <MenuItem icon="history" onSelect={() => navigate(`/flows/${flow.id}/versions`)}>
        {t('versions')}
      </MenuItem>
      <MenuItem icon="list" onSelect={() => navigate(`/runs?flow=${flow.id}`)}>
        {t('runs')}
      </MenuItem>
      {!readOnly && (
        <MenuItem icon="refresh" onSelect={onBacktest}>
          {t('backtest')}
        </MenuItem>
      )}
      <MenuSeparator />
      <ExportItems flowId={flow.id} version={hasDraft || !flow.live ? 'draft' : 'live'} before={async () => void (await (flow.live || saving.revision > 0 ? saving.flush() : saving.saveNow()))} />
    </Menu>
  );
}
