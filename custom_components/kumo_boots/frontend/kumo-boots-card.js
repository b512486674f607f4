for(var e=6e4,t=Date.now();!customElements.get(`home-assistant`)&&!customElements.get(`hc-main`)&&Date.now()-t<e;)await new Promise(e=>setTimeout(e,20));var n=globalThis,r=n.ShadowRoot&&(n.ShadyCSS===void 0||n.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,i=Symbol(),a=new WeakMap,o=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==i)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(r&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=a.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&a.set(t,e))}return e}toString(){return this.cssText}},s=e=>new o(typeof e==`string`?e:e+``,void 0,i),c=(e,...t)=>new o(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,i),l=(e,t)=>{if(r)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let r of t){let t=document.createElement(`style`),i=n.litNonce;i!==void 0&&t.setAttribute(`nonce`,i),t.textContent=r.cssText,e.appendChild(t)}},u=r?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return s(t)})(e):e,{is:d,defineProperty:f,getOwnPropertyDescriptor:p,getOwnPropertyNames:m,getOwnPropertySymbols:ee,getPrototypeOf:te}=Object,h=globalThis,ne=h.trustedTypes,re=ne?ne.emptyScript:``,ie=h.reactiveElementPolyfillSupport,g=(e,t)=>e,_={toAttribute(e,t){switch(t){case Boolean:e=e?re:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},ae=(e,t)=>!d(e,t),oe={attribute:!0,type:String,converter:_,reflect:!1,useDefault:!1,hasChanged:ae};Symbol.metadata??=Symbol(`metadata`),h.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=oe){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&f(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=p(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??oe}static _$Ei(){if(this.hasOwnProperty(g(`elementProperties`)))return;let e=te(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(g(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(g(`properties`))){let e=this.properties,t=[...m(e),...ee(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(u(e))}else e!==void 0&&t.push(u(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return l(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?_:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?_:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??ae)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[g(`elementProperties`)]=new Map,v[g(`finalized`)]=new Map,ie?.({ReactiveElement:v}),(h.reactiveElementVersions??=[]).push(`2.1.2`);var se=globalThis,ce=e=>e,y=se.trustedTypes,le=y?y.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,ue=`$lit$`,b=`lit$${Math.random().toFixed(9).slice(2)}$`,de=`?`+b,fe=`<${de}>`,x=document,S=()=>x.createComment(``),C=e=>e===null||typeof e!=`object`&&typeof e!=`function`,pe=Array.isArray,me=e=>pe(e)||typeof e?.[Symbol.iterator]==`function`,he=`[ 	
\f\r]`,w=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,ge=/-->/g,_e=/>/g,T=RegExp(`>|${he}(?:([^\\s"'>=/]+)(${he}*=${he}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),ve=/'/g,ye=/"/g,be=/^(?:script|style|textarea|title)$/i,xe=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),E=xe(1),Se=xe(2),D=Symbol.for(`lit-noChange`),O=Symbol.for(`lit-nothing`),Ce=new WeakMap,k=x.createTreeWalker(x,129);function we(e,t){if(!pe(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return le===void 0?t:le.createHTML(t)}var Te=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=w;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===w?c[1]===`!--`?o=ge:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=T):(be.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=T):o=_e:o===T?c[0]===`>`?(o=i??w,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?T:c[3]===`"`?ye:ve):o===ye||o===ve?o=T:o===ge||o===_e?o=w:(o=T,i=void 0);let d=o===T&&e[t+1].startsWith(`/>`)?` `:``;a+=o===w?n+fe:l>=0?(r.push(s),n.slice(0,l)+ue+n.slice(l)+b+d):n+b+(l===-2?t:d)}return[we(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Ee=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Te(t,n);if(this.el=e.createElement(l,r),k.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=k.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(ue)){let t=u[o++],n=i.getAttribute(e).split(b),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Oe:r[1]===`?`?ke:r[1]===`@`?Ae:M}),i.removeAttribute(e)}else e.startsWith(b)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(be.test(i.tagName)){let e=i.textContent.split(b),t=e.length-1;if(t>0){i.textContent=y?y.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],S()),k.nextNode(),c.push({type:2,index:++a});i.append(e[t],S())}}}else if(i.nodeType===8){if(i.data===de)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(b,e+1))!==-1;)c.push({type:7,index:a}),e+=b.length-1}}a++}}static createElement(e,t){let n=x.createElement(`template`);return n.innerHTML=e,n}};function A(e,t,n=e,r){if(t===D)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=C(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=A(e,i._$AS(e,t.values),i,r)),t}var De=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??x).importNode(t,!0);k.currentNode=r;let i=k.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new j(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new je(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=k.nextNode(),a++)}return k.currentNode=x,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},j=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=O,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=A(this,e,t),C(e)?e===O||e==null||e===``?(this._$AH!==O&&this._$AR(),this._$AH=O):e!==this._$AH&&e!==D&&this._(e):e._$litType$===void 0?e.nodeType===void 0?me(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==O&&C(this._$AH)?this._$AA.nextSibling.data=e:this.T(x.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Ee.createElement(we(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new De(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=Ce.get(e.strings);return t===void 0&&Ce.set(e.strings,t=new Ee(e)),t}k(t){pe(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(S()),this.O(S()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ce(e).nextSibling;ce(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},M=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=O,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=O}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=A(this,e,t,0),a=!C(e)||e!==this._$AH&&e!==D,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=A(this,r[n+o],t,o),s===D&&(s=this._$AH[o]),a||=!C(s)||s!==this._$AH[o],s===O?e=O:e!==O&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===O?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Oe=class extends M{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===O?void 0:e}},ke=class extends M{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==O)}},Ae=class extends M{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=A(this,e,t,0)??O)===D)return;let n=this._$AH,r=e===O&&n!==O||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==O&&(n===O||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},je=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){A(this,e)}},Me={M:ue,P:b,A:de,C:1,L:Te,R:De,D:me,V:A,I:j,H:M,N:ke,U:Ae,B:Oe,F:je},Ne=se.litHtmlPolyfillSupport;Ne?.(Ee,j),(se.litHtmlVersions??=[]).push(`3.3.3`);var Pe=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new j(t.insertBefore(S(),e),e,void 0,n??{})}return i._$AI(e),i},Fe=globalThis,N=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Pe(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return D}};N._$litElement$=!0,N.finalized=!0,Fe.litElementHydrateSupport?.({LitElement:N});var Ie=Fe.litElementPolyfillSupport;Ie?.({LitElement:N}),(Fe.litElementVersions??=[]).push(`4.2.2`);var P=e=>(t,n)=>{n===void 0?customElements.define(e,t):n.addInitializer(()=>{customElements.define(e,t)})},Le={attribute:!0,type:String,converter:_,reflect:!1,hasChanged:ae},Re=(e=Le,t,n)=>{let{kind:r,metadata:i}=n,a=globalThis.litPropertyMetadata.get(i);if(a===void 0&&globalThis.litPropertyMetadata.set(i,a=new Map),r===`setter`&&((e=Object.create(e)).wrapped=!0),a.set(n.name,e),r===`accessor`){let{name:r}=n;return{set(n){let i=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,i,e,!0,n)},init(t){return t!==void 0&&this.C(r,void 0,e,t),t}}}if(r===`setter`){let{name:r}=n;return function(n){let i=this[r];t.call(this,n),this.requestUpdate(r,i,e,!0,n)}}throw Error(`Unsupported decorator location: `+r)};function F(e){return(t,n)=>typeof n==`object`?Re(e,t,n):((e,t,n)=>{let r=t.hasOwnProperty(n);return t.constructor.createProperty(n,e),r?Object.getOwnPropertyDescriptor(t,n):void 0})(e,t,n)}function I(e){return F({...e,state:!0,attribute:!1})}var L=`kumo_boots`,ze=new WeakMap;function R(e,t){let n=ze.get(e.entities)??{};return ze.set(e.entities,n),n[t]??=Be(e,t)}function Be(e,t){let n={};for(let r of Object.values(e.entities)){if(r.platform!==`kumo_boots`||r.device_id!==t)continue;let e=r.entity_id.split(`.`)[0];n[`${e}.${r.translation_key??``}`]=r.entity_id}return n}function Ve(e){let t=new Set(Object.values(e.entities).filter(e=>e.platform===`kumo_boots`&&e.translation_key===`for_whom`).map(e=>e.device_id));return Object.values(e.devices).filter(e=>t.has(e.id)).sort((e,t)=>z(e).localeCompare(z(t)))}function z(e){return e?.name_by_user||e?.name||``}function He(e,t,n){let r=t.identifiers.find(([e])=>e===L)?.[1];return Object.values(e.devices).filter(e=>e.identifiers.some(([,e])=>e.startsWith(`${r}_${n}_`))).sort((e,t)=>z(e).localeCompare(z(t)))}function Ue(e,t,n){let r=e.devices[t]?.identifiers.find(([e])=>e===L);if(!r||n===null)return null;let i=`${r[1]}_wearer_${n}`;return Object.values(e.devices).find(e=>e.identifiers.some(([e,t])=>e===`kumo_boots`&&t===i))?.id??null}function We(e,t){let n=e.devices[t]?.identifiers.find(([e])=>e===L);return n?Object.values(e.entities).filter(t=>{let r=e.devices[t.device_id??``];return t.platform===`kumo_boots`&&t.entity_id.startsWith(`sensor.`)&&(t.translation_key??``).startsWith(`pressure_`)&&r?.identifiers.some(([,e])=>[`${n[1]}_left`,`${n[1]}_right`].includes(e))}).map(e=>e.entity_id):[]}var Ge={comma_decimal:`en`,decimal_comma:`de`,space_comma:`fr`,quote_decimal:`de-CH`,none:`en`,system:void 0},Ke=[`Mon`,`Tue`,`Wed`,`Thu`,`Fri`,`Sat`,`Sun`];function qe(e,t){let n=t.locale?.number_format??`language`,r=n in Ge?Ge[n]:t.language;return new Intl.NumberFormat(r).format(e)}function Je(e,t){return new Intl.DateTimeFormat(t.language,{weekday:`short`,hour:`numeric`,minute:`2-digit`,hourCycle:Xe(t.locale?.time_format)}).format(e)}function Ye(e,t){let n=new Intl.DateTimeFormat(`en`,{weekday:`short`,timeZone:t.config?.time_zone});return Ke.indexOf(n.format(e))}function Xe(e){if(e===`system`){let{hour12:e}=new Intl.DateTimeFormat(void 0,{hour:`numeric`}).resolvedOptions();return e?`h12`:`h23`}return e===`12`?`h12`:e===`24`?`h23`:void 0}var Ze={target_mmhg:`strength`,target_min_mmhg:`strength_min`,target_max_mmhg:`strength_max`,target_step_mmhg:`strength_step`,cap_mmhg:`strength_cap`,level:`strength`,level_min:`strength_min`,level_max:`strength_max`,level_step:`strength_step`,level_cap:`strength_cap`};function Qe(e){return $e(e)}function $e(e){return typeof e!=`object`||!e||Array.isArray(e)?e:Object.fromEntries(Object.entries(e).map(([e,t])=>[Ze[e]??e,$e(t)]))}var B=[`left`,`right`],et=new Set([`awaiting`,`starting`,`running`,`paused`]);function V(e){return e.capabilities?.by_hand===!0}function tt(e){let t=[];return e.session.stop_unconfirmed&&t.push(`stop_unconfirmed`),e.faults.length&&t.push(`fault`),e.locked&&t.push(`locked`),e.precautions&&t.push(`precautions`),e.bench_only&&t.push(`bench`),!e.available&&!V(e)&&t.push(`away`),t}function H(e){return et.has(e.session.phase)?e.session.settings:e.setpoints}function nt(e){return et.has(e.session.phase)}function rt(e){return!e?.pressures_mmhg||e.link&&e.link.state!==`ready`?[]:e.pressures_mmhg.map(e=>e===null?null:Math.max(0,Math.round(e)))}function it(e){let t={...e.legs};for(let e of B){let n=t[e];n&&(t[e]={...n,phase:`unknown`,active_zones:[],pressures_mmhg:null})}let{routine:n}=e;return{...e,...e.legs?{legs:t}:{},...n?{routine:{...n,ends_at:null,remaining_s:null}}:{},phase:null,strength:null,guidance:e.guidance===`set_and_start`?null:e.guidance??null,session:{...e.session,remaining_s:null,ends_at:null,awaiting_until:null}}}function at(e){let t=B.flatMap(t=>e.legs?.[t]??[]),n=t.filter(e=>e.in_session),r=null;for(let e of n.length?n:t){let t=rt(e).filter(e=>e!==null);if(!t.length)return null;r=Math.max(r??0,...t)}return r}function ot(e){return e.capabilities?.measure===`levels`?null:e.strength??H(e)?.strength??null}function st(e,t){return e===null?0:Math.min(1,Math.max(0,e/Math.max(20,t??40)))}function ct(e,t){return e.ends_at===null?e.remaining_s:Math.max(0,(Date.parse(e.ends_at)-t)/1e3)}function lt(e,t){let n=e.session;if(n.phase===`awaiting`&&n.awaiting_until){let e=Math.max(0,(Date.parse(n.awaiting_until)-t)/1e3);return{seconds:e,part:Math.min(1,e/(n.wait_s??e))}}if(!et.has(n.phase)||n.remaining_s===null)return{seconds:null,part:0};let r=n.phase===`running`&&n.ends_at?Math.max(0,(Date.parse(n.ends_at)-t)/1e3):n.remaining_s,i=n.settings?.duration_s??r;return{seconds:r,part:i>0?Math.min(1,r/i):0}}function ut(e){let t=Math.round(e),n=Math.floor(t/3600),r=Math.floor(t%3600/60),i=String(t%60).padStart(2,`0`);return n?`${n}:${String(r).padStart(2,`0`)}:${i}`:`${r}:${i}`}function dt(e){return e<300?Math.round(e/6)/10:Math.round(e/60)}function ft(e,t,{min:n,max:r,step:i}){let a=(e-n)/i,o=n+(t>0?Math.floor(a+1e-9)+1:Math.ceil(a-1e-9)-1)*i;return o<n||o>r?e:o}function pt(e){return e===5?[`foot`,`calf`,`knee`,`lower_thigh`,`thigh`]:Array.from({length:e},(e,t)=>`chamber_${t+1}`)}function mt(e){let t=new Set;for(let n of B)for(let r of e.legs?.[n]?.active_zones??[])t.add(r);return[...t].sort((e,t)=>e-t)}function ht(e){let t=[`inflating`,`holding`,`releasing`,`resting`],n=B.map(t=>e.legs?.[t]?.phase);return t.find(e=>n.includes(e))??null}function gt(e){return e.split(`

`).map(e=>e.split(`**`).map((e,t)=>({text:e.replace(/\*([^*]+)\*/g,`$1`),strong:t%2==1})).filter(e=>e.text))}var _t=[`common`,`config_subentries`,`device`,`entity`,`issues`,`selector`],vt=new Map;function U(e){let t=vt.get(e.language);return t||(t=Promise.all(_t.map(t=>e.loadBackendTranslation(t,L))),vt.set(e.language,t),t.catch(()=>vt.delete(e.language))),t}var W=class{constructor(e){this.hass=e}text(e,t){return this.hass.localize(`component.kumo_boots.${e}`,t)||``}say(e,t){return this.text(`common.card_${e}`,t)}phase(e,t=!1){return e===null?this.say(`unknown`):this.text(`entity.sensor.phase${t?`_by_hand`:``}.state.${e}`)}mode(e){return e===`own`?this.text(`common.mode_own`):this.text(`selector.mode.options.${e}`)||e}strength(e,t){return this.text(`common.strength_${t}`,{strength:e})}number(e){return qe(e,this.hass)}minutes(e){return this.number(dt(e))}wearer(e){return e===`guest`&&this.text(`entity.select.for_whom.state.guest`)||e}zone(e,t){let n=pt(t)[e-1]??``;return n.startsWith(`chamber_`)?this.text(`entity.sensor.pressure_chamber.name`,{number:e}):this.text(`entity.sensor.pressure_${n}.name`)}},yt={device:{filter:{integration:L},entity:{integration:L,domain:`select`}}};function bt(){return document.querySelector(`home-assistant`)?.hass}async function xt(){let e=bt();e&&await U(e);let t=e=>{let t=bt();return t?new W(t).say(e):e};return{schema:[{name:`device_id`,required:!0,selector:yt},{name:`name`,selector:{text:{}}},{name:`shared_screen`,selector:{boolean:{}}},{name:`compact`,selector:{boolean:{}}}],computeLabel:e=>t(`editor_${e.name}`),computeHelper:e=>[`shared_screen`,`compact`].includes(e.name)?t(`editor_${e.name}_help`):void 0}}function St(e){let[t]=Ve(e);return t?{device_id:t.id}:{}}function G(e,t,n,r){var i=arguments.length,a=i<3?t:r===null?r=Object.getOwnPropertyDescriptor(t,n):r,o;if(typeof Reflect==`object`&&typeof Reflect.decorate==`function`)a=Reflect.decorate(e,t,n,r);else for(var s=e.length-1;s>=0;s--)(o=e[s])&&(a=(i<3?o(a):i>3?o(t,n,a):o(t,n))||a);return i>3&&a&&Object.defineProperty(t,n,a),a}var Ct={awaiting:`mdi:account-question`,starting:`mdi:play-circle-outline`,running:`mdi:seat-recline-extra`,paused:`mdi:pause-circle`,venting:`mdi:weather-windy`,fault:`mdi:alert-circle`},K=class extends N{static{this.getStubConfig=St}static async getConfigForm(){let e=await xt();return{...e,schema:e.schema.filter(({name:e})=>[`device_id`,`name`].includes(e))}}setConfig(e){this.config=e}willUpdate(){this.hass&&U(this.hass)}render(){let{hass:e,config:t}=this;if(!e||!t)return O;let n=e.devices[t.device_id??Ve(e)[0]?.id??``];if(!n)return O;let r=new W(e),i=R(e,n.id),a=i[`sensor.phase`]??i[`sensor.phase_by_hand`]??``,o=e.states[a]?.state??`unavailable`,s=![`unavailable`,`unknown`].includes(o),c=Number(e.states[i[`sensor.time_remaining`]??``]?.state),l=[`running`,`paused`].includes(o)&&c>0,u=s?r.phase(o,!i[`sensor.phase`]):r.say(`not_connected`);return E`<button
      type="button"
      class=${o}
      @click=${()=>this.dispatchEvent(new CustomEvent(`hass-more-info`,{detail:{entityId:a},bubbles:!0,composed:!0}))}
    >
      <ha-icon
        .icon=${s?Ct[o]??`mdi:seat-recline-normal`:`mdi:bluetooth-off`}
        aria-hidden="true"
      ></ha-icon>
      <span class="what">
        <span class="name">${t.name||z(n)}</span>
        <span>${u}${l?` · ${wt(e,i[`sensor.time_remaining`])}`:``}</span>
      </span>
    </button>`}static{this.styles=c`
    button {
      display: flex;
      align-items: center;
      gap: 8px;
      min-block-size: var(--ha-badge-size, 36px);
      padding: 2px 12px 2px 10px;
      border: var(--ha-card-border-width, 1px) solid
        var(--ha-card-border-color, var(--divider-color));
      border-radius: 18px;
      background: var(--ha-card-background, var(--card-background-color));
      color: var(--primary-text-color);
      font: inherit;
      text-align: start;
      cursor: pointer;
    }
    button:focus-visible {
      outline: 2px solid var(--primary-color);
    }
    ha-icon {
      --mdc-icon-size: 18px;
      color: var(--state-inactive-color, var(--secondary-text-color));
    }
    .running ha-icon,
    .awaiting ha-icon,
    .starting ha-icon {
      color: var(--primary-color);
    }
    .fault ha-icon {
      color: var(--error-color);
    }
    .what {
      display: flex;
      flex-direction: column;
      font-size: 12px;
      line-height: 16px;
    }
    .name {
      font-size: 10px;
      line-height: 12px;
      color: var(--secondary-text-color);
    }
  `}};G([F({attribute:!1})],K.prototype,`hass`,void 0),G([I()],K.prototype,`config`,void 0),K=G([P(`kumo-boots-badge`)],K);function wt(e,t){let n=e.states[t],r=e.formatEntityState;return r?r(n):n.state}var q={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Tt=e=>(...t)=>({_$litDirective$:e,values:t}),Et=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},Dt=Tt(class extends Et{constructor(e){if(super(e),e.type!==q.ATTRIBUTE||e.name!==`class`||e.strings?.length>2)throw Error("`classMap()` can only be used in the `class` attribute and must be the only part in the attribute.")}render(e){return` `+Object.keys(e).filter(t=>e[t]).join(` `)+` `}update(e,[t]){if(this.st===void 0){this.st=new Set,e.strings!==void 0&&(this.nt=new Set(e.strings.join(` `).split(/\s/).filter(e=>e!==``)));for(let e in t)t[e]&&!this.nt?.has(e)&&this.st.add(e);return this.render(t)}let n=e.element.classList;for(let e of this.st)e in t||(n.remove(e),this.st.delete(e));for(let e in t){let r=!!t[e];r===this.st.has(e)||this.nt?.has(e)||(r?(n.add(e),this.st.add(e)):(n.remove(e),this.st.delete(e)))}return D}}),Ot={},kt=Tt(class extends Et{constructor(){super(...arguments),this.ot=Ot}render(e,t){return t()}update(e,[t,n]){if(Array.isArray(t)){if(Array.isArray(this.ot)&&this.ot.length===t.length&&t.every((e,t)=>e===this.ot[t]))return D}else if(this.ot===t)return D;return this.ot=Array.isArray(t)?Array.from(t):t,this.render(t,n)}}),At=[`whom`,`mode`];function jt(e,t,n){let{deeds:r,shared:i,silent:a}=n,{phase:o}=e.session,s=[];[`idle`,`unknown`].includes(o)&&e.setpoints&&!n.compact&&s.push(Mt(e,t,n)),o===`awaiting`&&s.push(...Nt(e,t,n)),o===`paused`&&!i&&s.push(Pt(`resume`,e.session.request,`mdi:play`,a||n.choosing,t,n,()=>r.resume()));let c=[];return o===`running`&&e.capabilities?.features.includes(`pause`)&&c.push(Ft(`pause`,`mdi:pause`,t,n,()=>r.pause())),[`running`,`paused`].includes(o)&&!V(e)&&c.push(Ft(`too_strong`,`mdi:gauge-low`,t,n,()=>r.tooStrong())),E`<div class="actions">
    ${s}${c.length?E`<div class="row">${c}</div>`:O}
  </div>`}function Mt(e,t,n){let r=e.setpoints,i=n.silent||e.session.phase===`unknown`||!e.available||!!(e.precautions||e.locked)||At.some(n.busy),a=t=>async()=>{let i=performance.now();await n.settle()&&await n.deeds.start(e,r,t,i)};return n.shared?E`<button
        type="button"
        class="tonal wide"
        ?disabled=${i||n.busy(`start`)}
        @click=${()=>n.do(`start`,a(!1))}
      >
        <ha-icon icon="mdi:hand-back-right-outline" aria-hidden="true"></ha-icon>
        ${t.say(`request`)}
      </button>`:Pt(`start`,[r,e.wearer_id],`mdi:play`,i,t,n,a(!0))}function Nt(e,t,n){let{settings:r,request:i}=e.session,a=e.capabilities?.measure??`mmhg`,o=[E`<p class="asked">
      ${r?t.say(`asked`,{mode:t.mode(r.mode),strength:t.strength(r.strength,a),minutes:t.minutes(r.duration_s),number:String(i??`–`).slice(-4)}):O}
      ${n.shared?t.say(`asked_elsewhere`):O}
    </p>`];return!n.shared&&i!==null&&o.push(Pt(`confirm`,[i,r],`mdi:check`,n.silent||n.choosing,t,n,()=>n.deeds.confirm(i))),o}function Pt(e,t,n,r,i,a,o){let s=a.busy(e);return E`<kumo-hold-button
    class=${e}
    .of=${JSON.stringify([e,t])}
    .label=${i.say(s?`${e}_busy`:e)}
    .again=${i.say(`press_again`)}
    .hint=${i.say(`hold_longer`)}
    .icon=${n}
    .disabled=${r||s}
    @held=${()=>a.do(e,o)}
  ></kumo-hold-button>`}function Ft(e,t,n,r,i){return E`<button
    type="button"
    class="tonal"
    ?disabled=${r.silent||r.busy(e)}
    @click=${()=>r.do(e,i)}
  >
    <ha-icon .icon=${t} aria-hidden="true"></ha-icon>
    ${n.say(e)}
  </button>`}var{I:It}=Me,Lt=e=>e.strings===void 0,Rt={},zt=(e,t=Rt)=>e._$AH=t,Bt=Tt(class extends Et{constructor(e){if(super(e),e.type!==q.PROPERTY&&e.type!==q.ATTRIBUTE&&e.type!==q.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!Lt(e))throw Error("`live` bindings can only contain a single expression")}render(e){return e}update(e,[t]){if(t===D||t===O)return t;let n=e.element,r=e.name;if(e.type===q.PROPERTY){if(t===n[r])return D}else if(e.type===q.BOOLEAN_ATTRIBUTE){if(!!t===n.hasAttribute(r))return D}else if(e.type===q.ATTRIBUTE&&n.getAttribute(r)===t+``)return D;return zt(e),t}}),Vt=600,Ht=5e3,Ut=()=>Promise.resolve(!1);function Wt(e,t){return JSON.stringify(e)!==JSON.stringify(t)}var J=class extends N{constructor(...e){super(...e),this.label=``,this.unit=``,this.less=``,this.more=``,this.value=null,this.min=0,this.max=0,this.most=0,this.step=1,this.marks=[],this.disabled=!1,this.onlyLess=!1,this.write=String,this.of=``,this.set=Ut,this.pending=null,this.setting=Promise.resolve(!0),this.rest=0,this.forget=0}disconnectedCallback(){super.disconnectedCallback(),this.drop()}willUpdate(e){let t=e.has(`of`)||e.has(`disabled`)&&this.disabled,n=this.pending===this.value&&!this.rest;(t||n)&&this.drop()}settle(){return this.rest&&this.tell(),this.setting}choose(e){e!==this.pending&&(this.pending=e,this.requestUpdate(),this.dispatchEvent(new CustomEvent(`choosing`,{detail:e})))}drop(){window.clearTimeout(this.rest),window.clearTimeout(this.forget),this.rest=0,this.setting=Promise.resolve(!0),this.choose(null)}tell(){window.clearTimeout(this.rest),this.rest=0;let e=this.pending;this.setting=this.set(e).then(t=>(e!==this.pending||this.rest||(t?this.forget=window.setTimeout(()=>this.drop(),Ht):this.drop()),t))}render(){let e=this.pending??this.value,t=e===null?`–`:this.write(e),n=Math.max(1,this.most-this.min),r=e=>`${Math.min(100,Math.max(0,(e-this.min)/n*100))}%`;return E`<div class="row">
        <button
          type="button"
          aria-label=${this.less}
          ?disabled=${this.disabled||e===null||e<=this.min}
          @click=${()=>this.go(-1)}
        >
          <ha-icon icon="mdi:minus"></ha-icon>
        </button>
        <div
          class="value ${this.pending===null?``:`pending`}"
          role="spinbutton"
          tabindex=${this.disabled?-1:0}
          aria-label=${this.label}
          aria-valuemin=${this.min}
          aria-valuemax=${this.max}
          aria-valuenow=${e??O}
          aria-valuetext="${t} ${this.unit}"
          aria-disabled=${this.disabled}
          @keydown=${this.key}
        >
          <span class="label">${this.label}</span>
          <span class="number">${t}<small> ${this.unit}</small></span>
        </div>
        <button
          type="button"
          aria-label=${this.more}
          ?disabled=${this.disabled||this.onlyLess||e===null||e>=this.max}
          @click=${()=>this.go(1)}
        >
          <ha-icon icon="mdi:plus"></ha-icon>
        </button>
      </div>
      <div class="bar">
        <div class="barred" style="inline-size:calc(100% - ${r(this.max)})"></div>
        <div class="done" style="inline-size:${r(e??this.min)}"></div>
        ${this.marks.map(e=>E`<span
              class="mark ${e.kind}"
              style="inset-inline-start:${r(e.at)}"
            ></span>`)}
      </div>
      <div class="legend">
        ${this.marks.map(e=>E`<span><i class="mark ${e.kind}"></i>${e.text}</span>`)}
      </div>`}go(e){let t=this.pending??this.value;if(t===null||this.disabled||e>0&&this.onlyLess)return;let n=ft(t,e,this);n!==t&&(this.choose(n),window.clearTimeout(this.rest),window.clearTimeout(this.forget),this.rest=window.setTimeout(()=>this.tell(),Vt))}key(e){let t={ArrowUp:1,ArrowDown:-1}[e.key];t!==void 0&&(e.preventDefault(),this.go(t))}static{this.styles=c`
    :host {
      display: block;
      min-inline-size: 0;
    }
    .row {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 4px;
    }
    button {
      flex: none;
      display: grid;
      place-items: center;
      inline-size: 44px;
      block-size: 44px;
      border: none;
      border-radius: 50%;
      background: var(--kumo-tint);
      color: var(--primary-text-color);
      cursor: pointer;
    }
    button:disabled {
      opacity: 0.4;
      cursor: default;
    }
    button:focus-visible,
    .value:focus-visible {
      outline: 2px solid var(--kumo-action);
      outline-offset: 2px;
    }
    .value {
      display: flex;
      flex-direction: column;
      align-items: center;
      border-radius: 8px;
      padding: 0 4px;
      min-inline-size: 0;
    }
    .label {
      font-size: 12px;
      color: var(--secondary-text-color);
    }
    .number {
      unicode-bidi: plaintext;
      font-size: 22px;
      line-height: 1.2;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    small {
      font-size: 12px;
      color: var(--secondary-text-color);
    }
    .pending .number {
      font-style: italic;
    }
    .bar {
      position: relative;
      block-size: 6px;
      margin: 8px 4px 6px;
      border-radius: 3px;
      background: var(--kumo-tint);
    }
    .done {
      block-size: 100%;
      border-radius: 3px;
      background: var(--kumo-action);
    }
    .barred {
      position: absolute;
      inset-block: 0;
      inset-inline-end: 0;
      border-radius: 3px;
      background: repeating-linear-gradient(
        -45deg,
        transparent 0 3px,
        var(--kumo-line) 3px 5px
      );
    }
    .mark {
      display: inline-block;
      inline-size: 2px;
      block-size: 12px;
      border-radius: 1px;
      background: var(--primary-text-color);
    }
    .bar .mark {
      position: absolute;
      inset-block-start: -3px;
      margin-inline-start: -1px;
    }
    .mark.coach_limit {
      inline-size: 6px;
      border: 1.5px solid var(--primary-text-color);
      background: var(--card-background-color, #fff);
      box-sizing: border-box;
    }
    .bar .mark.coach_limit {
      margin-inline-start: -3px;
    }
    .mark.coach {
      inline-size: 8px;
      block-size: 8px;
      border-radius: 50%;
      background: var(--card-background-color, #fff);
      border: 2px solid var(--primary-text-color);
      box-sizing: border-box;
    }
    .bar .mark.coach {
      z-index: 1;
      inset-block-start: -1px;
      margin-inline-start: -4px;
    }
    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 0 12px;
      min-block-size: 16px;
      font-size: 11px;
      color: var(--secondary-text-color);
    }
    .legend span {
      display: inline-flex;
      align-items: center;
      gap: 4px;
    }
  `}};G([F()],J.prototype,`label`,void 0),G([F()],J.prototype,`unit`,void 0),G([F()],J.prototype,`less`,void 0),G([F()],J.prototype,`more`,void 0),G([F({type:Number})],J.prototype,`value`,void 0),G([F({type:Number})],J.prototype,`min`,void 0),G([F({type:Number})],J.prototype,`max`,void 0),G([F({type:Number})],J.prototype,`most`,void 0),G([F({type:Number})],J.prototype,`step`,void 0),G([F({attribute:!1,hasChanged:Wt})],J.prototype,`marks`,void 0),G([F({type:Boolean})],J.prototype,`disabled`,void 0),G([F({type:Boolean})],J.prototype,`onlyLess`,void 0),G([F({attribute:!1})],J.prototype,`write`,void 0),G([F()],J.prototype,`of`,void 0),G([F({attribute:!1})],J.prototype,`set`,void 0),J=G([P(`kumo-stepper`)],J);var Gt={relax:`mdi:spa`,wave:`mdi:waves`,squeeze:`mdi:arrow-collapse-horizontal`,pulse:`mdi:pulse`,focus:`mdi:bullseye`},Kt=new Set([`idle`,`awaiting`,`running`,`paused`]);function qt(e,t,n){let r=e.capabilities,i=H(e),a=e.limits,o=e.session.phase,s=r.measure===`levels`,c=s?`level`:`target_pressure`,l=n.entities[`number.${c}`],u=n.entities[`number.duration`],d=n.shared&&o!==`idle`,f=e.coach,p=e.own_limits,m=(e,n)=>Object.entries(n).flatMap(([n,r])=>r===void 0||r>=e&&n!==`coach`?[]:[{at:r,kind:n,text:t.say(n,{value:r})}]),ee=a?.strength_max??r.strength_max,te=(a?.duration_max_s??r.duration_max_s)/60,h=n.silent||!Kt.has(o);return E`<div class="controls">
    ${Yt(e,t,n)}
    ${l?E`<kumo-stepper
          class="strength"
          .label=${t.text(`entity.number.${c}.name`)}
          .unit=${s?``:`mmHg`}
          .less=${t.say(`less_pressure`)}
          .more=${t.say(`more_pressure`)}
          .value=${i?.strength??null}
          .min=${r.strength_min}
          .max=${ee}
          .most=${r.strength_max}
          .step=${r.strength_step}
          .marks=${m(r.strength_max,{coach:f?.strength,coach_limit:f?.strength_cap,limit:p?.strength_max??a?.strength_max})}
          .disabled=${h}
          .onlyLess=${d}
          .of=${n.of}
          .set=${e=>n.set(l,e)}
          @choosing=${({detail:e})=>n.choosing(`strength`,e)}
        ></kumo-stepper>`:O}
    ${u?E`<kumo-stepper
          class="length"
          .label=${t.text(`entity.number.duration.name`)}
          .unit=${t.say(`minutes`)}
          .less=${t.say(`shorter`)}
          .more=${t.say(`longer`)}
          .value=${i?Math.round(i.duration_s/6)/10:null}
          .min=${Math.ceil(r.duration_min_s/60)}
          .max=${te}
          .most=${r.duration_max_s/60}
          .step=${1}
          .write=${e=>t.number(e)}
          .marks=${m(r.duration_max_s/60,{coach:Jt(f?.duration_s),coach_limit:Jt(f?.cap_duration_s),limit:Jt(p?.duration_max_s??a?.duration_max_s)})}
          .disabled=${h}
          .onlyLess=${d}
          .of=${n.of}
          .set=${e=>n.set(u,e)}
          @choosing=${({detail:e})=>n.choosing(`duration_s`,e===null?null:e*60)}
        ></kumo-stepper>`:O}
  </div>`}function Jt(e){return e===void 0?void 0:e/60}function Yt(e,t,n){let r=n.entities[`select.mode`],i=e.capabilities;if(!r||i.programmes.length<2)return O;let a=H(e)?.mode;return E`<fieldset class="modes" ?disabled=${!(e.session.phase===`idle`&&!n.silent)}>
    <legend class="said">${t.text(`entity.select.mode.name`)}</legend>
    ${i.programmes.map(e=>E`<label class=${e===a?`chosen`:``}>
          <input
            type="radio"
            name="mode"
            .checked=${Bt(e===a)}
            @change=${()=>n.choose(r,e)}
          />
          <ha-icon .icon=${Gt[e]??`mdi:waves`} aria-hidden="true"></ha-icon>
          <span>${t.mode(e)}</span>
        </label>`)}
  </fieldset>`}var Xt=5e3,Zt={skip:`skip_step`,pause:`pause_routine`,resume:`resume_routine`,longer:`extend_step`,stop:`stop_routine`},Qt=class extends Error{},$t=class{constructor(e,t,n){this.hass=e,this.deviceId=t,this.clock=n}soon(e,t={}){return this.act(e,{...t,said:new Date(this.clock()).toISOString()})}async act(e,t={}){let[n]=(await this.hass.callService(`kumo_boots`,e,t,{device_id:[this.deviceId]},!1,!0)).response?.boots??[];if(n?.result===`refused`)throw new Qt(n.message);return n??{result:``}}async start(e,t,n,r){let i=()=>performance.now()-r<Xt;if(!i())return;let a=e.capabilities?.measure===`levels`,o=await this.soon(`start_session`,{mode:t.mode,[a?`level`:`pressure`]:t.strength,duration:t.duration_s/60,...t.legs===null?{}:{legs:t.legs},...e.wearer===null?{}:{wearer:e.wearer_id??`guest`}});n&&i()&&o.request!=null&&await this.confirm(o.request)}confirm(e){return this.soon(`confirm_session`,{request:e})}stop(){return this.act(`stop_session`)}pause(){return this.act(`pause_session`)}resume(){return this.soon(`resume_session`)}async routine(e){await this.hass.callService(L,Zt[e],{},{device_id:[this.deviceId]},!1)}async tooStrong(){await this.act(`report_discomfort`,{kind:`too_strong`})}async readWarning(e){await this.hass.callService(L,`acknowledge_warning`,{wearer:e},{device_id:[this.deviceId]},!1)}async press(e){await this.call(`button`,`press`,e)}async set(e,t){await this.call(`number`,`set_value`,e,{value:t})}async choose(e,t){await this.call(`select`,`select_option`,e,{option:t})}async call(e,t,n,r={}){await this.hass.callService(e,t,r,{entity_id:n},!1)}};function en(e,t){if(e instanceof Error)return e.message;let n=e;return typeof n?.message==`string`&&typeof n.code==`string`?n.message:t.say(`offline`)}var tn=12e3,nn=new Set([`stop`,`too_strong`,`routine_stop`]),rn=new Set([`start`,`confirm`,`resume`]),an=class{constructor(e,t,n){this.host=e,this.live=t,this.words=n,this.other=``,this.unstopped=``,this.busy=new Map,this.forget=0,e.addController(this)}get wrong(){return this.unstopped||this.other}is(e){return this.busy.has(e)}hostUpdate(){this.live.offline&&[...nn].some(e=>this.is(e))&&(this.unstopped=this.words().say(`stop_not_sent`));let{message:e,silent:t}=this.live,n=e?.session.phase===`idle`&&!e.session.stop_unconfirmed;!t&&n&&(this.unstopped=``)}async do(e,t){let n=nn.has(e);if(rn.has(e)&&this.live.waiting)return this.say(this.words().say(`offline`),tn),!1;n&&this.live.ask(),this.count(e,1),this.say(``);try{return await t(),n&&(this.unstopped=``),!0}catch(e){let t=this.words();return n&&!(e instanceof Qt)?this.unstopped=t.say(`stop_not_sent`):this.say(en(e,t),n?void 0:tn),!1}finally{this.count(e,-1)}}say(e,t){window.clearTimeout(this.forget),t&&(this.forget=window.setTimeout(()=>this.say(``),t)),this.other=e,this.host.requestUpdate()}count(e,t){let n=(this.busy.get(e)??0)+t;n?this.busy.set(e,n):this.busy.delete(e),this.host.requestUpdate()}},on=52,sn=2*Math.PI*on;function cn(e,t,n){let{seconds:r,part:i}=lt(e,n),a=e.session.phase===`awaiting`,o=e.setpoints;return E`<div class="ring" dir="ltr">
    <svg viewBox="0 0 120 120" aria-hidden="true">
      <circle class="track" cx="60" cy="60" r=${on}></circle>
      ${r===null?O:Se`<circle
            class="left ${a?`asking`:``}"
            cx="60" cy="60" r=${on}
            stroke-dasharray="${(i*sn).toFixed(1)} ${sn.toFixed(1)}"
            transform="rotate(-90 60 60)"
          />`}
    </svg>
    <div class="time">
      ${r===null?o&&e.session.phase===`idle`?E`<b>${t.minutes(o.duration_s)}</b><span>${t.say(`minutes`)}</span>`:E`<b>–</b>`:E`<b>${ut(r)}</b
            ><span>${t.say(a?`to_answer`:`left`)}</span>`}
    </div>
  </div>`}function ln(e,t){let n=at(e),r=e.strength??H(e)?.strength??null,i=e.capabilities?.measure??`mmhg`,a=i===`mmhg`,o=E`<small> mmHg</small>`;return E`<dl class="pressure">
    <div>
      <dt>${t.say(`measured`)}</dt>
      <dd>${n??`–`}${n===null||a?O:o}</dd>
    </div>
    <div>
      <dt>${t.say(`target`)}</dt>
      <dd>${r===null||a?r??`–`:t.strength(r,i)}${a?o:O}</dd>
    </div>
  </dl>`}function un(e,t){let n=new Intl.DateTimeFormat(e,{weekday:t,timeZone:`UTC`});return Array.from({length:7},(e,t)=>n.format(Date.UTC(2024,0,1+t)))}function dn(e,t,n,r){let i=Math.max(1800,...e),a=e.reduce((e,t)=>e+t,0),o=Ye(r,t),s=un(t.language,`narrow`),c=un(t.language,`long`),l=e.map((e,t)=>e?`${c[t]} ${n.minutes(e)} ${n.say(`minutes`)}`:``).filter(Boolean).join(`, `),u=n.say(`week_sum`,{minutes:Math.round(a/60)});return E`<section class="week">
    <div class="line">
      <span>${n.say(`week`)}</span><span>${u}</span>
    </div>
    <div class="bars" role="img" aria-label="${n.say(`week`)}: ${l||u}">
      ${e.map((e,t)=>E`<div class=${t===o?`today`:``}>
            <i style="block-size:${(e/i*100).toFixed(0)}%"></i>
            <span>${s[t]}</span>
          </div>`)}
    </div>
  </section>`}function fn(e,t,n){let r=t===void 0?void 0:e.states[t],i=r?.attributes.start_time;if(!r||typeof i!=`string`)return O;let a=new Date(i.replace(` `,`T`));return Number.isNaN(a.getTime())?O:E`<div class="planned">
    <ha-icon icon="mdi:calendar-clock" aria-hidden="true"></ha-icon>
    <span
      >${n.say(`planned`,{time:Je(a,e),what:String(r.attributes.message??``)})}</span
    >
  </div>`}var pn={stop_unconfirmed:`mdi:alert-octagon`,fault:`mdi:alert`,locked:`mdi:lock-alert`,precautions:`mdi:clipboard-text-outline`,bench:`mdi:flask-outline`,away:`mdi:bluetooth-off`};function mn(e,t,n){let r=tt(e).map(r=>hn(r,pn[r],...gn(r,e,t,n))),i=e.session.continue_offer;return i!==null&&e.session.phase===`idle`&&e.available&&r.push(hn(`offer`,`mdi:history`,t.say(`offer_title`),E`<p>${t.say(`offer`,{minutes:t.minutes(i.duration_s)})}</p>
          <p>
            ${t.mode(i.mode)},
            ${t.strength(i.strength,e.capabilities?.measure??`mmhg`)}
          </p>
          ${n.shared?O:E`<kumo-hold-button
                .of=${JSON.stringify([`offer`,i,e.wearer_id])}
                .disabled=${n.blocked}
                .label=${t.say(`offer_go_on`,{minutes:t.minutes(i.duration_s)})}
                .again=${t.say(`press_again`)}
                .hint=${t.say(`hold_longer`)}
                icon="mdi:play"
                @held=${()=>n.goOn(i)}
              ></kumo-hold-button>`}`)),r}function hn(e,t,n,r){let i=e===`stop_unconfirmed`||e===`fault`||e===`locked`;return E`<section
    class="notice ${e} ${i?`grave`:``}"
    role=${i?`alert`:`note`}
    aria-label=${n}
  >
    <ha-icon .icon=${t} aria-hidden="true"></ha-icon>
    <div>
      <strong class="title">${n}</strong>
      ${r}
    </div>
  </section>`}function gn(e,t,n,r){let i=r.name;switch(e){case`stop_unconfirmed`:return[n.say(`stop_unconfirmed_title`),Y(n.say(`stop_unconfirmed`))];case`fault`:return[n.phase(`fault`),t.faults.map(e=>E`<p>
                <strong>${n.text(`issues.fault_${e}.title`,{name:i})}</strong>
              </p>
              ${Y(n.text(`issues.fault_${e}.description`,{name:i}))}`)];case`locked`:return[n.say(`locked_title`),E`<details>
            <summary>${n.say(`locked`)}</summary>
            ${Y(n.text(`issues.read_warning_signs.description`,{name:i}))}
          </details>
          ${_n(r.readWarning,n.say(`locked_read`),r.shared)}`];case`precautions`:return[n.say(`precautions_title`),E`<details>
            <summary>${n.say(`precautions`)}</summary>
            ${Y(n.text(`config_subentries.wearer.step.precautions.description`,{name:t.wearer??``}))}
          </details>
          ${_n(r.readPrecautions,n.say(`precautions_read`),r.shared)}`];case`bench`:return[n.say(`bench_title`),E`<p>${n.say(`bench`)}</p>`];case`away`:return[n.say(`away_title`),E`<p>${n.say(`away`)}</p>`]}}function _n(e,t,n){return!e||n?O:E`<button type="button" class="tonal" @click=${e}>${t}</button>`}function Y(e){return gt(e).map(e=>E`<p>
        ${e.map(e=>e.strong?E`<strong>${e.text}</strong>`:e.text)}
      </p>`)}var vn={set_and_start:[`it_runs`],relax:[`they_are_off`],press_stop:[`they_are_off`],say:[`it_runs`,`they_are_off`]};function yn(e,t,{entities:n,silent:r,press:i}){let a=e.guidance??``,o=vn[a];return o?E`<section class="guidance" role="status">
    ${Y(bn(e,a,t))}
    <div class="row">
      ${o.map(e=>{let a=n[`button.${e}`];return a?E`<button type="button" class="tonal" ?disabled=${r} @click=${()=>i(a)}>
              ${t.text(`entity.button.${e}.name`)}
            </button>`:O})}
    </div>
  </section>`:O}function bn(e,t,n){let r=e.session.settings;return t===`set_and_start`&&r?n.text(`common.by_hand_${t}_${e.capabilities.measure}`,{strength:r.strength,minutes:n.minutes(r.duration_s)}):t===`press_stop`?n.text(`common.by_hand_${t}`):n.text(`entity.sensor.guidance.state.${t}`)}var xn=1200,Sn=1e4,Cn=400,wn=4e3,X=class extends N{constructor(...e){super(...e),this.label=``,this.again=``,this.hint=``,this.icon=``,this.disabled=!1,this.of=``,this.holding=!1,this.armed=!1,this.early=!1,this.timer=0,this.disarm=0,this.hinted=0,this.armedAt=0,this.virtual=!1,this.release=()=>{window.clearTimeout(this.timer),this.holding=!1},this.leave=()=>{this.release(),this.unarm()}}connectedCallback(){super.connectedCallback(),window.addEventListener(`blur`,this.leave),document.addEventListener(`visibilitychange`,this.leave)}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener(`blur`,this.leave),document.removeEventListener(`visibilitychange`,this.leave),this.leave()}willUpdate(e){(e.has(`of`)||e.has(`disabled`)&&this.disabled)&&this.leave()}render(){let e=this.armed?this.again:this.early?this.hint:this.label;return E`<button
        type="button"
        class=${this.holding?`holding`:this.armed?`armed`:``}
        ?disabled=${this.disabled}
        @pointerdown=${this.down}
        @pointerup=${this.up}
        @pointerleave=${this.release}
        @pointercancel=${this.release}
        @contextmenu=${e=>e.preventDefault()}
        @click=${this.pressed}
        @keydown=${e=>e.repeat&&e.preventDefault()}
      >
        <span class="fill"></span>
        ${this.icon?E`<ha-icon .icon=${this.icon}></ha-icon>`:null}
        <span class="text">${e}</span>
      </button>
      <span class="said" role="status">${this.armed||this.early?e:``}</span>`}down(e){this.virtual=e.width===0&&e.height===0||e.width===1&&e.height===1&&e.pressure===0,this.virtual||e.button!==0||this.disabled||(e.target.releasePointerCapture?.(e.pointerId),this.holding?this.release():(this.early=!1,this.holding=!0,this.dispatchEvent(new CustomEvent(`holding`,{bubbles:!0,composed:!0})),this.timer=window.setTimeout(()=>{this.holding&&(this.release(),this.fire())},xn)))}up(){this.holding&&(this.early=!0,window.clearTimeout(this.hinted),this.hinted=window.setTimeout(()=>this.early=!1,wn)),this.release()}pressed(e){if(e.detail===0||this.virtual){if(this.armed){if(performance.now()-this.armedAt<Cn)return;this.unarm(),this.fire()}else this.armed=!0,this.armedAt=performance.now(),this.dispatchEvent(new CustomEvent(`holding`,{bubbles:!0,composed:!0})),this.disarm=window.setTimeout(()=>this.unarm(),Sn)}}unarm(){window.clearTimeout(this.disarm),window.clearTimeout(this.hinted),this.armed=this.early=!1}fire(){this.early=!1,this.disabled||this.dispatchEvent(new CustomEvent(`held`))}static{this.styles=c`
    :host {
      display: block;
    }
    button {
      position: relative;
      overflow: hidden;
      display: flex;
      align-items: center;
      justify-content: center;
      gap: 8px;
      inline-size: 100%;
      min-block-size: 52px;
      padding: 8px 16px;
      border: none;
      border-radius: 26px;
      background: var(--kumo-action);
      color: var(--kumo-on-action);
      font: inherit;
      font-size: 16px;
      font-weight: 500;
      line-height: 1.25;
      cursor: pointer;
      touch-action: none;
      user-select: none;
      -webkit-user-select: none;
      -webkit-tap-highlight-color: transparent;
    }
    button:focus-visible {
      outline: 3px solid var(--primary-text-color);
      outline-offset: 2px;
    }
    button:disabled {
      opacity: 0.5;
      cursor: default;
    }
    .armed {
      box-shadow: inset 0 0 0 3px var(--kumo-on-action);
    }
    .fill {
      position: absolute;
      inset: 0;
      background: var(--kumo-on-action);
      opacity: 0.28;
      transform: scaleX(0);
      transform-origin: left;
    }
    :host(:dir(rtl)) .fill {
      transform-origin: right;
    }
    .holding .fill {
      transform: scaleX(1);
      transition: transform 1200ms linear;
    }
    .text,
    ha-icon {
      position: relative;
    }
    .text {
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    /* As in half a row of a phone. */
    @container (max-width: 250px) {
      button {
        padding: 8px;
        font-size: 14px;
        hyphens: auto;
      }
      ha-icon {
        display: none;
      }
    }
    .said {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    @media (prefers-reduced-motion: reduce) {
      .holding .fill {
        transition: transform 1200ms steps(4);
      }
    }
  `}};G([F()],X.prototype,`label`,void 0),G([F()],X.prototype,`again`,void 0),G([F()],X.prototype,`hint`,void 0),G([F()],X.prototype,`icon`,void 0),G([F({type:Boolean})],X.prototype,`disabled`,void 0),G([F()],X.prototype,`of`,void 0),G([I()],X.prototype,`holding`,void 0),G([I()],X.prototype,`armed`,void 0),G([I()],X.prototype,`early`,void 0),X=G([P(`kumo-hold-button`)],X);var Tn=[[6,6,94],[40,9,91],[76,15,84],[104,19,79],[126,17,77],[150,11,75],[174,16,71],[200,25,67]],En=196,Dn=5,On=7,kn=[6,56,98,132,En];function Z(e,t){let n=Tn.length-1,r=Tn.findIndex(([t])=>t>e),i=Math.max(0,(r===-1?n:r)-1),a=e=>Tn[Math.min(n,Math.max(0,i+e))],[o,s,c,l]=[a(-1),a(0),a(1),a(2)],u=Math.min(1,Math.max(0,(e-s[0])/(c[0]-s[0]||1))),[d,f,p,m]=[o[t],s[t],c[t],l[t]];return f+.5*u*(p-d+u*(2*d-5*f+4*p-m+u*(3*(f-p)+m-d)))}var Q=(e,t)=>`${e.toFixed(1)} ${t.toFixed(1)}`;function An(e,t){let n=Math.min(On,(t-e)/3),r=[],i=[];for(let a=e+n;a<t-n;a+=4)r.push(Q(Z(a,2),a)),i.unshift(Q(Z(a,1),a));r.push(Q(Z(t-n,2),t-n)),i.unshift(Q(Z(t-n,1),t-n));let a=(Z(e,1)+Z(e,2))/2;return[`M${Q(Z(e,1)+n,e)}`,`Q${Q(a,e+4)} ${Q(Z(e,2)-n,e)}`,`Q${Q(Z(e,2),e)} ${r[0]}`,...r.slice(1).map(e=>`L${e}`),`Q${Q(Z(t,2),t)} ${Q(Z(t,2)-n,t)}`,`Q${Q(a,t+4)} ${Q(Z(t,1)+n,t)}`,`Q${Q(Z(t,1),t)} ${i[0]}`,...i.slice(1).map(e=>`L${e}`),`Q${Q(Z(e,1),e)} ${Q(Z(e,1)+n,e)}`,`Z`].join(``)}var jn=`M31 201Q46 205 61 201Q67 202 71 207L94 218Q114 226 115 243Q115 254 104 254L30 254Q17 254 17 242Q18 226 23 208Q25 202 31 201Z`;function Mn(e){let t=Math.max(1,e-1),n=e===5?kn:Array.from({length:t+1},(e,n)=>6+190*n/t),r=[];for(let e=t-1;e>=0;e--){let t=n[e]+(e?Dn/2:0),i=n[e+1]-Dn/2,a=(t+i)/2;r.push({path:An(t,i),x:(Z(a,1)+Z(a,2))/2,y:a+2})}return e===1?r:[{path:jn,x:58,y:232},...r]}var Nn=20;function Pn(e,t,n){let r=B.filter(t=>e.legs?.[t]),i=Mn(n),a=ot(e);return E`<div class="legs">
    ${r.map(n=>Fn(e.legs[n],n,i,a,t))}
  </div>`}function Fn(e,t,n,r,i){let a=i.text(`device.${t}_leg.name`)||i.say(t),o=rt(e),s=n.map((e,t)=>o[t]??null),c=s.map((e,t)=>i.say(`chamber_at`,{zone:i.zone(t+1,n.length),pressure:e??`–`})).join(`, `);return E`<figure class=${e.in_session?`in-session`:``}>
    <svg viewBox="0 0 ${120} ${262}" role="img" aria-label="${a}: ${c}">
      <g transform=${t===`left`?`translate(120 0) scale(-1 1)`:O}>
        ${n.map((t,n)=>{let i=n+1,a=e.skipped.includes(i),o=e.active_zones.includes(i);return Se`<path class="base ${a?`skipped`:``}" d=${t.path} />
            <path
              class="fill"
              d=${t.path}
              style="--level:${st(s[n],r).toFixed(2)}"
            />
            ${o?Se`<path class="active" d=${t.path} />`:O}`})}
      </g>
      ${n.map((e,n)=>{let r=s[n];return Se`<text x=${t===`left`?120-e.x:e.x} y=${e.y}>
          ${r??`–`}
        </text>`})}
    </svg>
    <figcaption>
      <span>${a}</span>
      <span class="unit">${In(e,i)}${Rn(e,i)}</span>
    </figcaption>
  </figure>`}function In(e,t){let n=e.battery_percent;if(n===null)return O;let r=e.battery_low||n<=Nn,i=Math.round(n/10)*10,a=e.charging?`mdi:battery-charging`:r?`mdi:battery-alert-variant-outline`:i>=100?`mdi:battery`:`mdi:battery-${Math.max(10,i)}`;return E`<span class=${r?`low`:``}>
    <ha-icon .icon=${a} aria-hidden="true"></ha-icon>
    <span class="said">${t.say(`battery`)}</span>${n}&nbsp;%
  </span>`}var Ln={ready:`mdi:bluetooth-connect`,connecting:`mdi:bluetooth-settings`,waiting:`mdi:bluetooth-settings`};function Rn(e,t){if(!e.link)return O;let n=t.text(`entity.sensor.link.state.${e.link.state}`);return E`<span title="${n}: ${t.text(`entity.sensor.link.state_attributes.reason.state.${e.link.reason}`)}">
    <ha-icon
      .icon=${Ln[e.link.state]??`mdi:bluetooth-off`}
      aria-hidden="true"
    ></ha-icon>
    <span class="said">${n}</span>
  </span>`}var zn=500,Bn=4,Vn=2,Hn=6,Un=new WeakMap,Wn=class e{constructor(e){this.connection=e,this.lost=!1,this.watching=new Set,this.timer=0,this.quiet=0,this.asked=null}static of(t){let n=Un.get(t)??new e(t);return Un.set(t,n),n}watch(e){return this.watching.size||(this.heard(),this.timer=window.setInterval(()=>this.beat(),zn)),this.watching.add(e),()=>{this.watching.delete(e),this.watching.size||window.clearInterval(this.timer)}}heard(){this.quiet=0,this.asked=null,this.found(!0)}get waiting(){return this.asked!==null&&this.asked>=Vn}ask(){this.asked===null&&this.connection.connected&&(this.asked=0,this.connection.ping().then(()=>this.heard(),()=>this.asked=null))}beat(){this.connection.connected&&(this.asked===null?++this.quiet>=Bn&&this.ask():(this.asked++,this.asked>=Hn&&this.found(!1)))}found(e){if(this.lost===e){this.lost=!e;for(let e of[...this.watching])e()}}},Gn=3e3,Kn=12e4,qn=1e3,Jn=250,Yn=new Set([`awaiting`,`running`]),Xn=class{get silent(){return this.offline||this.missing||!this.heard}constructor(e){this.host=e,this.message=null,this.offline=!1,this.missing=!1,this.heard=!1,this.missed=0,this.ahead=0,this.pulse=null,this.unwatch=null,this.connection=null,this.deviceId=``,this.end=null,this.timer=0,this.again=0,this.drawing=0,this.visibility=()=>{document.hidden?this.close():this.open()},this.ready=()=>{this.offline=!1,this.unsubscribe(),this.subscribe()},this.pulsed=()=>{this.pulse?.lost?this.disconnected():this.ready()},this.disconnected=()=>{this.offline=!0,this.fade(),this.host.requestUpdate()},e.addController(this)}look(e,t){(e.connection!==this.connection||t!==this.deviceId)&&(this.close(),this.connection=e.connection,this.deviceId=t,this.message=null,this.missing=!1,this.open())}hostConnected(){document.addEventListener(`visibilitychange`,this.visibility),this.open()}hostDisconnected(){document.removeEventListener(`visibilitychange`,this.visibility),this.close()}get now(){return Date.now()-this.ahead}ask(){this.pulse?.ask()}get waiting(){return this.pulse?.waiting??!1}get lost(){return this.missing&&performance.now()-this.missed>Kn}miss(e){e&&!this.missing&&(this.missed=performance.now()),this.missing=e}fade(){this.heard=!1,this.message&&=it(this.message)}open(){this.connection&&!document.hidden&&this.host.isConnected&&(this.timer||(this.connection.addEventListener(`ready`,this.ready),this.connection.addEventListener(`disconnected`,this.disconnected),this.pulse=Wn.of(this.connection),this.unwatch=this.pulse.watch(this.pulsed),this.offline=!this.connection.connected||this.pulse.lost,this.host.requestUpdate(),this.timer=window.setInterval(()=>{let{message:e}=this;(e&&(Yn.has(e.session.phase)||e.routine?.ends_at)||this.missing)&&this.soon()},qn),this.subscribe()))}close(){window.clearInterval(this.timer),this.timer=0,this.connection?.removeEventListener(`ready`,this.ready),this.connection?.removeEventListener(`disconnected`,this.disconnected),this.unwatch?.(),this.unwatch=null,this.unsubscribe(),this.fade()}unsubscribe(){window.clearTimeout(this.again),window.clearTimeout(this.drawing),this.drawing=0,this.end?.(),this.end=null}hear(e){let t=this.message;this.pulse?.heard(),e.at!==null&&(this.ahead=Date.now()-Date.parse(e.at)),this.miss(e.capabilities===null&&t!==null),this.missing?(this.message=it(t),this.message.session.stop_unconfirmed=e.session.stop_unconfirmed):this.message=e;let n=!this.heard;this.heard=!this.missing,n||t?.session.phase!==e.session.phase||t.session.request!==e.session.request||t.session.stop_unconfirmed!==e.session.stop_unconfirmed||t.faults.length!==e.faults.length?this.host.requestUpdate():this.soon()}soon(){this.drawing||=window.setTimeout(()=>{this.drawing=0,this.host.requestUpdate()},Jn-performance.now()%Jn)}async subscribe(){let e=this.connection;if(!e)return;let t=!1,n=null,r=()=>{t=!0,n?.().catch(()=>void 0)};this.end=r;try{n=await e.subscribeMessage(e=>{t||this.hear(Qe(e))},{type:`${L}/live`,device_id:this.deviceId},{resubscribe:!1}),t&&r()}catch{if(t||!e.connected)return;this.miss(!0),this.fade(),this.host.requestUpdate(),this.again=window.setTimeout(()=>void this.subscribe(),Gn)}}},Zn=`hui-sections-view`,Qn=class{constructor(e){this.host=e,this.view=null,this.footer=null,this.watching=new ResizeObserver(()=>this.measure()),e.addController(this)}hostConnected(){this.view=$n(this.host)}hostDisconnected(){this.watching.disconnect(),this.footer=null}hostUpdated(){let e=this.view?.shadowRoot?.querySelector(`hui-view-footer`)??null;e!==this.footer&&(this.watching.disconnect(),this.footer=e,e?this.watching.observe(e):this.measure())}measure(){let{footer:e}=this,t=e?.hasAttribute(`sticky`)?e.clientHeight+(parseFloat(getComputedStyle(e).bottom)||0):0;this.host.style.setProperty(`--kumo-footer`,`${t}px`)}};function $n(e){for(let t=e;t;){if(t instanceof Element&&t.localName===Zn)return t;t=t instanceof ShadowRoot?t.host:t.parentNode}return null}function er(){let e=e=>({phase:`inflating`,in_session:!0,active_zones:[3],skipped:[],boosted:null,strength:40,remaining_s:760,pressures_mmhg:e,battery_percent:84,battery_low:!1,charging:!1,link:{state:`ready`,reason:`connected`}}),t={mode:`wave`,strength:40,duration_s:1200,legs:`both`};return{at:null,phase:`running`,available:!0,connected:!0,session:{phase:`running`,origin:`this_controller`,remaining_s:760,ends_at:null,awaiting_until:null,wait_s:600,request:null,started_at:null,stop_unconfirmed:!1,continue_offer:null,settings:t},setpoints:t,capabilities:null,limits:null,own_limits:null,programme:`wave`,strength:40,cycles:9,faults:[],legs:{left:e([36,33,22,6,2]),right:e([37,34,20,5,1])},wearer:null,wearer_id:null,coach:null,precautions:null,locked:null,week_s:null}}var tr=72e5;function nr(e,t,n,{rated:r,now:i,rate:a}){let o=e.states[t[`sensor.last_session`]??``]?.state??``;if(!(i-Date.parse(o)<tr)||r===o)return O;let s=(e,n)=>{let r=t[`button.${e}`];return E`<button
      type="button"
      class="tonal"
      @click=${r?()=>void a(r,o):O}
    >
      ${n}
    </button>`};return E`<div class="rating" role="group" aria-label=${n.say(`how_was_it`)}>
    <span>${n.say(`how_was_it`)}</span>
    ${s(`comfortable`,n.text(`entity.button.comfortable.name`))}
    ${s(`too_strong`,n.say(`too_strong`))}
  </div>`}var rr=`kumo-boots-card-sizes`,ir=`--kumo-room`,ar=40,or={whole:[[340,803],[440,726],[1/0,670]],compact:[[160,529],[250,384],[340,330],[1/0,260]]},sr=class{constructor(e){this.host=e,this.of=``,this.shown=!1,e.addController(this),this.observer=new ResizeObserver(([e])=>{let t=e?.borderBoxSize[0];t&&this.shown&&this.keep(t.inlineSize,t.blockSize)})}hostConnected(){this.observer.observe(this.host)}hostDisconnected(){this.observer.disconnect()}wait(e){this.shown=!1;let t=this.host.getBoundingClientRect().width,n=e&&or[e].find(([e])=>t<=e)[1],r=cr()[this.key(t)]??n??0;this.host.style.setProperty(ir,`${r}px`)}show(e){this.shown=e,this.host.style.getPropertyValue(ir)&&this.host.style.removeProperty(ir)}key(e){return`${this.of} ${Math.round(e/ar)}`}keep(e,t){let n=cr(),r=this.key(e);if(n[r]===t)return;delete n[r],n[r]=t;let i=Object.entries(n).slice(-24);try{localStorage.setItem(rr,JSON.stringify(Object.fromEntries(i)))}catch{}}};function cr(){try{return JSON.parse(localStorage.getItem(rr)??`{}`)}catch{return{}}}var lr=c`
  /* What can be done */
  .actions {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  .actions:empty {
    display: none;
  }
  .row {
    display: flex;
    gap: 8px;
  }
  .row > * {
    flex: 1 1 0;
  }
  .asked {
    text-align: center;
    font-size: 14px;
    line-height: 1.45;
  }
  .tonal {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding: 6px 16px;
    border: none;
    border-radius: 22px;
    background: var(--kumo-tint);
    color: inherit;
    font: inherit;
    font-size: 15px;
    font-weight: 500;
    cursor: pointer;
  }
  .tonal:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .tonal:focus-visible,
  .stop:focus-visible {
    outline: 3px solid var(--primary-text-color);
    outline-offset: 2px;
  }
  .stop {
    position: sticky;
    inset-block-end: calc(12px + var(--kumo-footer, 0px));
    z-index: 3;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 10px;
    inline-size: 100%;
    min-block-size: 72px;
    padding: 8px 16px;
    border: none;
    border-radius: 20px;
    background: var(--kumo-stop);
    color: #fff;
    font: inherit;
    font-size: 22px;
    font-weight: 600;
    cursor: pointer;
    --mdc-icon-size: 32px;
    touch-action: manipulation;
  }
  .idle .stop,
  .empty .stop {
    background: color-mix(
      in srgb,
      var(--kumo-stop) 12%,
      var(--ha-card-background, var(--card-background-color, #fff))
    );
    color: var(--primary-text-color);
    box-shadow: inset 0 0 0 2px var(--kumo-stop);
  }
  .idle .stop ha-icon,
  .empty .stop ha-icon {
    color: var(--kumo-stop);
  }

  /* The week */
  .rating {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    font-size: 14px;
  }
  .rating span {
    flex: 1 1 100%;
  }
  .rating .tonal {
    flex: 1 1 auto;
  }
  .planned {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 14px;
    --mdc-icon-size: 20px;
  }
  .planned ha-icon {
    color: var(--secondary-text-color);
  }
  .bars {
    display: flex;
    gap: 6px;
    margin-block-start: 8px;
  }
  .bars div {
    flex: 1;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    block-size: 64px;
    text-align: center;
  }
  .bars i {
    display: block;
    min-block-size: 3px;
    inline-size: min(100%, 28px);
    margin-inline: auto;
    border-radius: 4px 4px 2px 2px;
    background: var(--kumo-high);
  }
  .bars i[style="block-size:0%"] {
    background: var(--kumo-tint);
  }
  .bars span {
    font-size: 11px;
    line-height: 18px;
    color: var(--secondary-text-color);
  }
  .bars .today span {
    font-weight: 700;
    color: var(--primary-text-color);
  }
`,ur=c`
  :host {
    --kumo-low: var(--kumo-boots-color-low, #8fd6e6);
    --kumo-high: var(--kumo-boots-color-high, #1f6fb5);
    --kumo-action: var(--kumo-boots-color-action, #1667a8);
    --kumo-on-action: #fff;
    --kumo-tint: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    --kumo-line: color-mix(in srgb, var(--primary-text-color) 24%, transparent);
    --kumo-stop: #c62828;
    display: block;
    block-size: 100%;
  }
  ha-card {
    block-size: 100%;
    min-block-size: var(--kumo-room, 0);
    box-sizing: border-box;
    container-type: inline-size;
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 16px;
    color: var(--primary-text-color);
    overflow-wrap: break-word;
  }
  .said {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  p {
    margin: 0 0 6px;
  }
  p:last-child {
    margin-block-end: 0;
  }

  /* Whose, and which */
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-block-size: 36px;
  }
  .title {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 20px;
    font-weight: 500;
    line-height: 1.3;
  }
  .title a {
    color: inherit;
    text-decoration: underline;
    text-decoration-color: var(--kumo-line);
    text-underline-offset: 4px;
  }
  .whom {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    flex: none;
    max-inline-size: 50%;
    padding: 0 12px 0 8px;
    border-radius: 18px;
    min-block-size: 36px;
    background: var(--kumo-tint);
    font-size: 14px;
    --mdc-icon-size: 18px;
  }
  .whom select {
    min-inline-size: 0;
    max-inline-size: 100%;
    min-block-size: 36px;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
  }
  .whom option {
    background: var(--card-background-color);
    color: var(--primary-text-color);
  }
  .whom:focus-within {
    outline: 2px solid var(--kumo-action);
  }
  .whom select:focus-visible {
    outline: none;
  }

  /* What a person has to know */
  .notice {
    display: flex;
    gap: 12px;
    padding: 12px;
    border-radius: 12px;
    background: var(--kumo-tint);
    font-size: 14px;
    line-height: 1.45;
  }
  .notice > ha-icon {
    flex: none;
  }
  .notice > div {
    flex: 1;
    min-inline-size: 0;
  }
  .notice .title {
    display: block;
    font-size: 15px;
    font-weight: 500;
  }
  .notice.grave {
    background: color-mix(in srgb, var(--kumo-stop) 14%, transparent);
    box-shadow: inset 4px 0 0 var(--kumo-stop);
  }
  :host(:dir(rtl)) .notice.grave {
    box-shadow: inset -4px 0 0 var(--kumo-stop);
  }
  /* Over the title, so that nothing moves when it comes and goes. */
  .notice.over {
    position: absolute;
    inset-inline: 8px;
    inset-block-start: 8px;
    z-index: 2;
    background: var(--ha-card-background, var(--card-background-color, #fff));
    box-shadow:
      inset 0 0 0 1px var(--kumo-line),
      0 4px 12px rgb(0 0 0 / 25%);
  }
  .notice.stop_unconfirmed {
    background: var(--kumo-stop);
    color: #fff;
    font-size: 15px;
  }
  .notice summary {
    cursor: pointer;
  }
  .notice details > p:first-of-type {
    margin-block-start: 8px;
  }
  .notice .tonal,
  .notice kumo-hold-button {
    margin-block-start: 8px;
  }
  .notice .tonal {
    max-inline-size: 100%;
    overflow-wrap: anywhere;
  }
`,dr=c`
  /* As narrow as the preview of the card picker. */
  @container (max-width: 250px) {
    .stage {
      grid-template-columns: minmax(0, 1fr);
    }
    .card {
      padding: 12px;
    }
    .head,
    .row,
    .routine ol,
    .routine .deeds {
      flex-wrap: wrap;
    }
    .head {
      gap: 4px;
    }
    .whom {
      max-inline-size: 100%;
      box-sizing: border-box;
    }
    .notice {
      flex-direction: column;
      gap: 4px;
      padding: 8px;
      hyphens: auto;
    }
    .notice .title {
      font-size: 14px;
    }
    .tonal {
      padding-inline: 8px;
    }
  }
  @container (min-width: 400px) {
    .stage {
      column-gap: 12px;
    }
    .legs {
      gap: 10px;
    }
    figcaption {
      font-size: 13px;
    }
    .unit {
      gap: 8px;
    }
    figure svg {
      block-size: 220px;
    }
    .ring {
      inline-size: 136px;
      block-size: 136px;
    }
    .time b {
      font-size: 32px;
    }
    .phase {
      font-size: 17px;
    }
    .pressure {
      column-gap: 28px;
    }
    .controls {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .modes {
      grid-column: 1 / -1;
    }
  }
  @container (min-width: 640px) {
    .card {
      padding: 20px 24px;
      gap: 18px;
    }
    figure svg {
      block-size: 260px;
    }
    .legs {
      gap: 20px;
    }
    .ring {
      inline-size: 168px;
      block-size: 168px;
    }
    .time b {
      font-size: 42px;
    }
  }
  /* One of many chairs */
  .compact .stage {
    grid-template-columns: minmax(0, 1fr);
    justify-items: start;
  }
  .compact .now {
    flex-direction: row;
    flex-wrap: wrap;
    gap: 16px;
  }
  .compact .ring {
    inline-size: 84px;
    block-size: 84px;
  }
  .compact .time b {
    font-size: 20px;
  }
  .compact .time span {
    font-size: 11px;
  }
  .compact .phase {
    flex: 1;
    justify-content: flex-start;
    text-align: start;
  }
  .compact .stop {
    min-block-size: 64px;
    font-size: 18px;
  }
  /* What is asked takes more lines there, and stop is the largest all the same. */
  @container (max-width: 250px) {
    .compact .stop {
      flex-direction: column;
      gap: 0;
      min-block-size: 96px;
    }
  }

  @media (forced-colors: active) {
    .stop,
    .tonal,
    .modes label {
      border: 2px solid ButtonText;
    }
  }
`,fr=[ur,c`
  /* The legs, and what they do */
  .stage {
    display: grid;
    grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr);
    justify-items: center;
    align-items: center;
    gap: 12px 8px;
  }
  .stage > :only-child {
    grid-column: 1 / -1;
  }
  .legs {
    display: flex;
    justify-content: center;
    gap: 4px;
    max-inline-size: 100%;
    direction: ltr;
  }
  figure {
    margin: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 4px;
    /* One leg is as wide as the other, whatever it is called. */
    flex: 1 1 0;
    min-inline-size: 0;
  }
  figure svg {
    /* A layer of its own: what moves is painted alone. */
    contain: content;
    will-change: transform;
    block-size: 180px;
    max-inline-size: 100%;
  }
  .base {
    fill: color-mix(in srgb, var(--primary-text-color) 9%, transparent);
  }
  .base.skipped {
    fill: none;
    stroke: var(--kumo-line);
    stroke-dasharray: 3 4;
  }
  .fill {
    fill: color-mix(in oklab, var(--kumo-low), var(--kumo-high) calc(var(--level) * 100%));
    clip-path: inset(calc((1 - var(--level)) * 100%) 0 0 0) fill-box;
  }
  .active {
    fill: none;
    stroke: var(--primary-text-color);
    stroke-width: 2;
    stroke-linejoin: round;
  }
  svg text {
    fill: var(--primary-text-color);
    stroke: var(--ha-card-background, var(--card-background-color, #fff));
    stroke-width: 4px;
    stroke-linejoin: round;
    paint-order: stroke;
    font-size: 15px;
    font-weight: 500;
    text-anchor: middle;
    dominant-baseline: central;
    font-variant-numeric: tabular-nums;
  }
  figcaption {
    display: flex;
    flex-direction: column;
    align-items: center;
    text-align: center;
    font-size: 12px;
    color: var(--primary-text-color);
    --mdc-icon-size: 16px;
  }
  .unit,
  .unit span {
    display: inline-flex;
    align-items: center;
    gap: 2px;
  }
  .unit {
    gap: 4px;
    min-block-size: 20px;
    color: var(--secondary-text-color);
  }
  .silent .unit {
    visibility: hidden;
  }
  .unit .low {
    color: var(--primary-text-color);
    font-weight: 700;
  }
  .now {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    inline-size: 100%;
    min-inline-size: 0;
  }
  .ring {
    position: relative;
    inline-size: 112px;
    block-size: 112px;
  }
  .ring circle {
    fill: none;
    stroke-width: 8;
    stroke-linecap: round;
  }
  .track {
    stroke: var(--kumo-tint);
  }
  .left {
    stroke: var(--kumo-high);
  }
  .left.asking {
    stroke-dashoffset: 0;
    stroke: var(--warning-color, #ffa600);
  }
  .time {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
  }
  .time b {
    font-size: 28px;
    font-weight: 400;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
  }
  .time span {
    font-size: 12px;
    line-height: 1.1;
    color: var(--secondary-text-color);
  }
  .phase {
    min-block-size: 44px;
    display: flex;
    align-items: center;
    text-align: center;
    font-size: 15px;
    font-weight: 500;
    line-height: 22px;
  }
  .pressure {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 4px 20px;
    margin: 0;
    white-space: nowrap;
    text-align: center;
  }
  .pressure dt {
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .pressure dd {
    margin: 0;
    /* A number is read before its unit, whichever way the unit is written. */
    unicode-bidi: plaintext;
    font-size: 22px;
    font-variant-numeric: tabular-nums;
  }
  .pressure small {
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .guidance {
    font-size: 16px;
    line-height: 1.5;
  }
  .guidance .tonal {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
  }

  /* A routine's steps */
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
    font-size: 14px;
  }
  .line span:last-child {
    color: var(--secondary-text-color);
  }
  .routine ol {
    display: flex;
    gap: 4px;
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  .routine li {
    flex: 1 1 0;
    min-inline-size: 36px;
    container-type: inline-size;
    text-align: center;
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .bead {
    display: grid;
    place-items: center;
    block-size: 32px;
    border-radius: 16px;
    background: var(--kumo-tint);
    --mdc-icon-size: 18px;
  }
  .now .bead,
  .routine .now .bead {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
  }
  .routine .now {
    display: block;
    color: var(--primary-text-color);
    font-weight: 500;
  }
  .routine .deeds {
    display: flex;
    gap: 8px;
    margin-block-start: 8px;
  }
  .routine .deeds .tonal {
    flex: 1 1 0;
    padding: 0;
  }
  /* Where there is no room for a name there is the icon, and its label. */
  @container (max-width: 52px) {
    .routine .name {
      visibility: hidden;
    }
  }
  .routine .name {
    display: block;
    margin-block-start: 4px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  /* What it will be */
  .controls {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px 24px;
  }
  .modes {
    display: flex;
    /* In some languages a word is longer than a fifth of a phone. */
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 0;
    border: none;
    min-inline-size: 0;
  }
  .modes label {
    position: relative;
    flex: 1 1 0;
    min-inline-size: min-content;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 2px;
    padding: 8px 2px;
    text-align: center;
    border-radius: 12px;
    background: var(--kumo-tint);
    font-size: 12px;
    cursor: pointer;
    --mdc-icon-size: 22px;
  }
  .modes input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  .modes .chosen {
    background: var(--kumo-action);
    color: var(--kumo-on-action);
    font-weight: 500;
  }
  .modes:disabled label {
    cursor: default;
  }
  .modes:disabled label:not(.chosen) {
    color: var(--secondary-text-color);
  }
  .modes label:focus-within {
    outline: 3px solid var(--primary-text-color);
    outline-offset: 1px;
  }
`,lr,dr],pr={mobility:`mdi:walk`,massage:`mdi:vibrate`,session:`mdi:seat-recline-extra`,light:`mdi:lightbulb-on-outline`,elevation:`mdi:arrow-up-bold-outline`,water:`mdi:cup-water`},mr={done:`mdi:check`,skipped:`mdi:debug-step-over`},hr={skip:`mdi:debug-step-over`,pause:`mdi:pause`,resume:`mdi:play`,longer:`mdi:timer-plus-outline`,stop:`mdi:stop-circle-outline`},gr={running:[`skip`,`pause`,`longer`,`stop`],paused:[`skip`,`resume`,`stop`]},_r=[`resume`,`longer`];function vr(e,t,n){let r=ct(e,n.now),i=e.steps[e.index]?.kind===`session`,a=new Set([...n.shared?_r:[],...n.steady&&i?[`pause`]:[]]);return E`<section class="routine" aria-label=${e.name}>
    <div class="line">
      <strong>${e.name}</strong>
      ${r===null?O:E`<span>${t.say(`time_left`,{time:ut(r)})}</span>`}
    </div>
    <ol>
      ${e.steps.map(e=>{let n=t.text(`selector.routine_step.options.${e.kind}`),r=e.state===`failed`?`skipped`:e.state;return E`<li
          class=${r}
          style="flex-grow:${Math.max(60,e.duration_s)}"
          aria-current=${r===`now`?`step`:O}
          title=${n}
        >
          <span class="bead">
            <ha-icon
              .icon=${mr[r]??pr[e.kind]??`mdi:circle-small`}
              aria-hidden="true"
            ></ha-icon>
          </span>
          <span class="name" aria-hidden="true">${n}</span>
          <span class="said">${n}: ${t.say(`step_${r}`)}</span>
        </li>`})}
    </ol>
    <div class="deeds" role="group" aria-label=${e.name}>
      ${(gr[e.phase]??[]).filter(e=>!a.has(e)).map(e=>E`<button
              type="button"
              class="tonal"
              title=${t.say(`routine_${e}`)}
              aria-label=${t.say(`routine_${e}`)}
              ?disabled=${!n.act}
              @click=${()=>n.act?.(e)}
            >
              <ha-icon .icon=${hr[e]} aria-hidden="true"></ha-icon>
            </button>`)}
    </div>
  </section>`}function yr(e,t,n){let{wearer:r}=e;if(r===null)return O;let i=E`<ha-icon icon="mdi:account" aria-hidden="true"></ha-icon>`;return n.options.length<2||nt(e)?E`<span class="whom">${i}<span>${t.wearer(r)}</span></span>`:E`<label class="whom">
    ${i}
    <span class="said">${t.text(`entity.select.for_whom.name`)}</span>
    <select
      ?disabled=${n.silent}
      @change=${e=>n.choose(e.target.value)}
    >
      ${n.options.map(e=>E`<option value=${e} .selected=${Bt(e===r)}>
            ${t.wearer(e)}
          </option>`)}
    </select>
  </label>`}var $=class extends N{constructor(...e){super(...e),this.preview=!1,this.rated=``,this.chosen={},this.live=new Xn(this),this.size=new sr(this),this.footer=new Qn(this),this.doing=new an(this,this.live,()=>new W(this.hass))}static{this.getConfigForm=xt}static{this.getStubConfig=St}setConfig(e){this.config=e}getCardSize(){return this.config?.compact?4:14}getGridOptions(){return this.config?.compact?{columns:6,min_columns:6,rows:`auto`}:{columns:12,min_columns:6,rows:`auto`}}shouldUpdate(e){let t=e.size===1&&e.get(`hass`)!==void 0;return t&&this.live.soon(),!t}willUpdate(){if(!this.hass)return;U(this.hass);let e=this.deviceId;e&&this.live.look(this.hass,e);let t=this.config?.compact?`compact`:`whole`;this.size.of=`${e} ${t}`;let n=this.message;this.speaks&&(n||this.live.lost)?this.size.show(n!==null):this.size.wait(this.live.missing?null:t)}get speaks(){return new W(this.hass).say(`loading`)!==``}get deviceId(){return this.config?.device_id?this.config.device_id:(this.hass?Ve(this.hass):[])[0]?.id??null}get message(){return this.preview&&!this.deviceId?er():this.live.message}render(){let{hass:e,config:t,deviceId:n}=this;if(!e||!t)return O;let r=new W(e),i=this.speaks?this.message:null,a=t.name||z(e.devices[n??``])||`Kumo Boots`;if(!i)return E`<ha-card
        ><div class="card empty" role="region" aria-label=${a}>
          ${this.head(a,null,r)}
          <p>
            ${this.live.missing||!n?r.say(`no_boots`):r.say(`loading`)}
          </p>
          ${n?this.stop(r):O}
        </div></ha-card
      >`;let o=this.phase(i,r);return E`<ha-card>
      <div
        class=${Dt({card:!0,compact:t.compact===!0,silent:this.live.silent,[i.session.phase]:!0})}
        role="region"
        aria-label=${a}
        @holding=${()=>this.live.ask()}
      >
        ${this.head(a,i,r)} ${this.alarms(a,i,r)}
        <div class="stage">
          ${i.legs&&!t.compact&&!V(i)?Pn(i,r,i.capabilities?.chambers??this.counted(i)):O}
          <div class="now">
            ${cn(i,r,this.live.now)}
            <div class="phase">${o}</div>
            ${V(i)?O:ln(i,r)}
          </div>
        </div>
        ${V(i)?yn(i,r,{entities:R(e,n??``),silent:this.live.silent,press:e=>void this.doing.do(`said`,()=>this.deeds.press(e))}):O}
        ${i.routine?this.timeline(i,i.routine,r):O}
        ${t.compact||!i.capabilities?O:this.controls(i,r)}
        ${this.actions(i,r)} ${this.stop(r)}
        ${t.compact?O:this.foot(i,r)}
        <span class="said" role="status"
          >${this.doing.is(`stop`)?r.say(`stop_busy`):r.phase(i.phase,V(i))}</span
        >
      </div>
    </ha-card>`}controls(e,t){let n=this.hass,r=R(n,this.deviceId??``),{capabilities:i,coach:a,limits:o,own_limits:s,session:c,wearer_id:l}=e,u=JSON.stringify([c.phase,l,this.doing.is(`stop`)]),d=[i,a,o,s,u,this.live.silent,H(e),this.doing.wrong];return kt([n.localize,r,this.config,JSON.stringify(d)],()=>qt(e,t,{entities:r,silent:this.live.silent,shared:this.config?.shared_screen===!0,of:u,set:(e,t)=>this.doing.do(`set`,()=>this.deeds.set(e,t)),choosing:(e,t)=>{let{[e]:n,...r}=this.chosen;this.chosen=t===null?r:{...r,[e]:t}},choose:(e,t)=>this.doing.do(`mode`,()=>this.deeds.choose(e,t))}))}async settle(){let e=this.renderRoot.querySelectorAll(`kumo-stepper`);return(await Promise.all([...e].map(e=>e.settle()))).every(Boolean)}timeline(e,t,n){return vr(t,n,{now:this.live.now,shared:this.config?.shared_screen===!0,steady:!e.capabilities?.features.includes(`pause`),act:this.live.silent?null:e=>void this.doing.do(e===`stop`?`routine_stop`:`routine`,()=>this.deeds.routine(e))})}counted(e){return e.legs?.left?.pressures_mmhg?.length||5}get deeds(){return new $t(this.hass,this.deviceId??``,()=>this.live.now)}head(e,t,n){let r=this.hass,i=R(r,this.deviceId??``)[`select.for_whom`];return E`<div class="head">
      <div class="title" role="heading" aria-level="2">
        ${this.config?.page?E`<a href=${this.pageUrl} @click=${this.follow}>${e}</a>`:e}
      </div>
      ${t?yr(t,n,{options:this.config?.compact?[]:r.states[i??``]?.attributes.options??[],silent:this.live.silent,choose:e=>void this.doing.do(`whom`,()=>this.deeds.choose(i,e))}):O}
    </div>`}get pageUrl(){return`/${location.pathname.split(`/`)[1]}/${this.config?.page}`}follow(e){e.preventDefault(),history.pushState(null,``,this.pageUrl),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{}}))}alarms(e,t,n){let r=this.hass,i=Ue(r,this.deviceId??``,t.wearer_id),a=i&&R(r,i)[`button.acknowledge_precautions`],o=t.wearer_id;return E`${this.live.offline||this.live.missing?E`<section class="notice over" role="alert">
          <ha-icon icon="mdi:lan-disconnect" aria-hidden="true"></ha-icon>
          <div>
            <strong class="title"
              >${n.say(this.live.offline?`offline`:this.live.lost?`no_boots`:`coming_back`)}</strong
            >
          </div>
        </section>`:O}
    ${mn(t,n,{name:e,shared:this.config?.shared_screen===!0,blocked:this.live.silent||[`start`,...At].some(e=>this.doing.is(e)),readPrecautions:a?()=>void this.doing.do(`read`,()=>this.deeds.press(a)):null,readWarning:o?()=>void this.doing.do(`read`,()=>this.deeds.readWarning(o)):null,goOn:e=>void this.doing.do(`start`,()=>this.deeds.start(t,e,!0,performance.now()))})}
    ${this.doing.wrong?E`<section class="notice grave" role="alert">
          <ha-icon icon="mdi:alert-circle-outline" aria-hidden="true"></ha-icon>
          <div><p>${this.doing.wrong}</p></div>
        </section>`:O}`}phase(e,t){if(e.session.phase===`running`){let n=ht(e),r=mt(e),i=e.capabilities?.chambers??0;if(n===`inflating`&&r.length&&r.length<i)return t.say(`inflating`,{zones:r.map(e=>t.zone(e,i)).join(`, `)});if(n)return t.say(`${n}${n===`inflating`?`_all`:``}`)}return!e.available&&e.phase===`ready`&&!V(e)?t.say(`not_connected`):t.phase(e.phase,V(e))}wanted(e){let{setpoints:t}=e;return{...e,setpoints:t&&{...t,...this.chosen}}}actions(e,t){return jt(this.wanted(e),t,{deeds:this.deeds,busy:e=>this.doing.is(e),shared:this.config?.shared_screen===!0,compact:this.config?.compact===!0,silent:this.live.silent,choosing:Object.keys(this.chosen).length>0,settle:()=>this.settle(),do:(e,t)=>void this.doing.do(e,t)})}stop(e){return E`<button
      type="button"
      class="stop"
      @click=${this.deviceId?()=>void this.doing.do(`stop`,()=>this.deeds.stop()):O}
    >
      <ha-icon icon="mdi:stop" aria-hidden="true"></ha-icon>
      ${e.say(this.doing.is(`stop`)?`stop_busy`:`stop`)||`Stop`}
    </button>`}foot(e,t){let n=this.hass,r=R(n,this.deviceId??``),i=Object.entries(r).find(([e])=>e.startsWith(`calendar.`))?.[1];return E`${this.rating(e,t)}
    ${fn(n,i,t)}
    ${e.week_s?dn(e.week_s,n,t,this.live.now):O}`}rating(e,t){let n=this.hass,r=Ue(n,this.deviceId??``,e.wearer_id);return!r||e.session.phase!==`idle`||this.config?.shared_screen?O:nr(n,R(n,r),t,{rated:this.rated,now:this.live.now,rate:async(e,t)=>{await this.doing.do(`rate`,()=>this.deeds.press(e))&&(this.rated=t)}})}static{this.styles=fr}};G([F({attribute:!1})],$.prototype,`hass`,void 0),G([F({type:Boolean})],$.prototype,`preview`,void 0),G([I()],$.prototype,`config`,void 0),G([I()],$.prototype,`rated`,void 0),G([I()],$.prototype,`chosen`,void 0),$=G([P(`kumo-boots-card`)],$);var br=class extends HTMLElement{static async generate(e,t){await U(t);let n=await wr(t),r=Ve(t).filter(t=>!e.device_id||t.id===e.device_id),i=await Cr(t),a=r.map(a=>kr(a,t,e,n,i,r.length>1)),o=r.length>1?[Dr(r,e,n),...a]:a;return o.length?{views:o}:{views:[{title:`Kumo Boots`,cards:[{type:`markdown`,content:n(`no_boots`)}]}]}}},xr=100,Sr=50;async function Cr(e){try{let t=await e.callWS({type:`recorder/list_statistic_ids`,statistic_type:`sum`});return new Set(t.map(e=>e.statistic_id))}catch{return new Set}}async function wr(e){let t=document.querySelector(`home-assistant`);for(let n=0;;n++){let r=new W(t?.hass??e);if(r.say(`loading`)||n===Sr)return e=>r.say(e);await new Promise(e=>setTimeout(e,xr))}}function Tr(e,t){return{type:`heading`,heading:e,icon:t}}function Er(e,t,n){let r=String(e.states[n]?.attributes.friendly_name??n);return r.replace(z(t),``).trim()||r}function Dr(e,t,n){return{title:n(`overview`),path:`overview`,icon:`mdi:view-grid`,type:`sections`,max_columns:4,sections:e.map(e=>({type:`grid`,cards:[{type:`custom:kumo-boots-card`,device_id:e.id,compact:!0,page:e.id,...t.shared_screen?{shared_screen:!0}:{},grid_options:{columns:`full`}}]}))}}function Or(e,t){let n=R(e,t.id),r=(e,t={})=>{let r=n[e];return r?[{type:`tile`,entity:r,name:{type:`entity`},grid_options:{columns:12},...t}]:[]},i=n[`sensor.routine_next_run`];return[{type:`heading`,heading:z(t),heading_style:`subtitle`},...r(`button.routine_start`,{hide_state:!0}),...r(`sensor.routine_step`),...r(`sensor.routine_next_run`,{visibility:[{condition:`state`,entity:i,state_not:`unknown`}]})]}function kr(e,t,n,r,i,a){let o=He(t,e,`wearer`).map(e=>R(t,e.id)[`sensor.time_this_week`]).filter(e=>e!==void 0&&i.has(e)),s=Object.entries(R(t,e.id)).filter(([e])=>e.startsWith(`calendar.`)).map(([,e])=>e),c=R(t,e.id),l=c[`sensor.phase`]??c[`sensor.phase_by_hand`],u=[...l?[l]:[],...We(t,e.id)],d=[Tr(r(`history`),`mdi:chart-line`),{type:`history-graph`,hours_to_show:1,entities:u.map(n=>({entity:n,name:Er(t,e,n)}))}],f=o.length?[Tr(r(`weeks`),`mdi:chart-bar`),{type:`statistics-graph`,chart_type:`bar`,period:`day`,days_to_show:28,stat_types:[`change`],entities:o}]:[],p=s.length?[Tr(r(`plans`),`mdi:calendar`),{type:`calendar`,initial_view:`listWeek`,entities:s}]:[],m=He(t,e,`routine`).flatMap(e=>Or(t,e)),ee=[...m.length?[Tr(r(`routines`),`mdi:weather-night`),...m]:[],...p,...d,...f];return{title:z(e),path:e.id,icon:`mdi:seat-recline-extra`,type:`sections`,subview:a,max_columns:2,sections:[{type:`grid`,cards:[{type:`custom:kumo-boots-card`,device_id:e.id,...n.shared_screen?{shared_screen:!0}:{},grid_options:{columns:`full`}}]},{type:`grid`,cards:ee}]}}function Ar(e,t){let n=window;return(n[e]??=[]).push(t),t}function jr(e){return(t,n)=>{let r=t.entities[n];return r?.platform!==`kumo_boots`||!r.device_id?null:Object.values(t.entities).some(e=>e.device_id===r.device_id&&e.translation_key===`for_whom`)?{config:{type:e,device_id:r.device_id}}:null}}var Mr=Ar(`customCards`,{type:`kumo-boots-card`,name:`Kumo Boots`,description:`Both legs live, with start, stop and everything in between.`,preview:!0,documentationURL:`https://github.com/kumo-boots/kumo-boots#the-card`,getEntitySuggestion:jr(`custom:kumo-boots-card`)}),Nr=Ar(`customBadges`,{type:`kumo-boots-badge`,name:`Kumo Boots`,description:`What the boots do, and the time that is left.`,preview:!0,getEntitySuggestion:jr(`custom:kumo-boots-badge`)}),Pr=Ar(`customStrategies`,{type:`kumo-boots`,strategyType:`dashboard`,name:`Kumo Boots`,description:`A recovery page; with many boots an overview of them all.`});customElements.get(`ll-strategy-dashboard-kumo-boots`)||customElements.define(`ll-strategy-dashboard-kumo-boots`,br);async function Fr(){await customElements.whenDefined(`home-assistant`);let e=document.querySelector(`home-assistant`);for(let t=0;t<30&&!e?.hass?.connection;t++)await new Promise(e=>setTimeout(e,1e3));if(!e?.hass)return;await U(e.hass);let t=new W(e.hass);for(let[e,n]of[[Mr,`card`],[Nr,`badge`],[Pr,`strategy`]])e.description=t.say(`about_${n}`)||e.description}Fr();